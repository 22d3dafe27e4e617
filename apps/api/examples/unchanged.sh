# Only what has changed
# The second time nothing is sent: the tag of the first answer says what you have.
curl -fsS --etag-save entries.etag -o entries.json "$PORTAL/api/v1/entries/?level=A"
curl -fsS --etag-compare entries.etag -o entries.json -w "%{http_code}\n" "$PORTAL/api/v1/entries/?level=A"
