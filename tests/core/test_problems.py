"""Every error of the API has one shape, and the status that its code means."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from apps.core.exceptions import Refused
from apps.core.problems import server_error


class Inner(serializers.Serializer):
    count = serializers.IntegerField()


class Outer(serializers.Serializer):
    name = serializers.CharField()
    inner = Inner()
    several = Inner(many=True)
    numbers = serializers.ListField(child=serializers.IntegerField())


def answer(raised=None, *, method="post", data=None, **extra):
    class View(APIView):
        permission_classes = []
        throttle_classes = []

        def post(self, request):
            if raised is not None:
                raise raised
            Outer(data=request.data).is_valid(raise_exception=True)
            return Response({})

    request = getattr(APIRequestFactory(), method)("/api/v1/x/", data, **({"format": "json"} | extra))
    response = View.as_view()(request)
    return response, json.loads(response.content)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("forbidden", 403),
        ("missing", 404),
        ("state", 409),
        ("stale", 409),
        ("duplicate", 409),
        ("invalid", 422),
        ("rules", 422),
    ],
)
def test_refusal_has_the_status_of_its_code(code, status):
    response, body = answer(Refused("Take a coffee first.", code=code))

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert (body["status"], body["detail"], body["code"]) == (status, "Take a coffee first.", code)


def test_refusal_names_its_field():
    _, body = answer(Refused("Name a target.", field="target"))

    assert body["errors"] == [{"field": "target", "message": "Name a target.", "code": "invalid"}]


def test_validation_errors_are_listed_by_field():
    data = {"inner": {"count": "x"}, "several": [{"count": 1}, {}], "numbers": [1, "y"]}
    response, body = answer(data=data)

    assert response.status_code == 400
    assert [(error["field"], error["code"]) for error in body["errors"]] == [
        ("name", "required"),
        ("inner.count", "invalid"),
        ("several.1.count", "required"),
        ("numbers.1", "invalid"),
    ]


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (Http404(), 404),
        (PermissionDenied(), 403),
        (exceptions.NotAcceptable(), 406),
        (exceptions.UnsupportedMediaType("text/csv"), 415),
        (exceptions.ParseError(), 400),
        (exceptions.Throttled(wait=12), 429),
        (exceptions.Throttled(wait=11.2), 429),
    ],
)
def test_framework_errors_are_problems(raised, status):
    response, body = answer(raised)

    assert response.status_code == body["status"] == status
    assert response["Content-Type"] == "application/problem+json"
    assert body["detail"]
    if status == 429:
        assert response["Retry-After"] == "12"


def test_method_that_is_not_served_is_a_problem_with_the_allowed_ones():
    response, _ = answer(method="get")

    assert response.status_code == 405
    assert response["Allow"] == "POST, OPTIONS"


def test_unexpected_fault_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        answer(ZeroDivisionError())


def test_address_that_nothing_answers_is_a_problem_for_programs_and_a_page_for_people(client):
    program, person = client.get("/api/v1/curation/nowhere/"), client.get("/curation/nowhere/")

    assert (program.status_code, program["Content-Type"]) == (404, "application/problem+json")
    assert (person.status_code, person["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/x/", "application/problem+json"), ("/x/", "text/html; charset=utf-8")]
)
def test_fault_of_ours_is_a_problem_for_programs_and_a_page_for_people(rf, path, kind):
    answer = server_error(rf.get(path))

    assert (answer.status_code, answer["Content-Type"]) == (500, kind)
