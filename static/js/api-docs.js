// Shows the API's description; the address of the schema stands in the page.
const place = document.getElementById("swagger-ui");
if (place && window.SwaggerUIBundle) {
  window.SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    deepLinking: false,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    requestInterceptor: (request) => {
      const token = document.querySelector("meta[name=csrf-token]");
      if (token) request.headers["X-CSRFToken"] = token.content;
      return request;
    },
  });
}
