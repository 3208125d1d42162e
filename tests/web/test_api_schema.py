"""schemathesis over the description of the API: whatever is sent, no call breaks, and each answer has the declared shape.

Few examples for each call and a fixed seed, so that it ends soon and ends alike; more with HANDSLAG_EXAMPLES=100.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.api import Api
from tests.web.api_calls import Call, calls
from tests.web.conftest import Web

EXAMPLES = int(os.environ.get("HANDSLAG_EXAMPLES", "6"))
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A manager with a token in a town with a case."""
    web = Web(tmp_path_factory.mktemp("schema"))
    web.world.candidate(score="72", tier="standard")
    yield Api(web, "mette")
    web.world.close()


@pytest.fixture(scope="module")
def description(api: Api) -> Any:
    """The description as the application answers it."""
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", api.web.app)


@pytest.mark.parametrize("call", calls(), ids=lambda call: f"{call.method} {call.path}")
def test_no_call_breaks_and_every_answer_is_as_declared(call: Call, api: Api, description: Any) -> None:
    @seed(20260105)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=description[call.path][call.method].as_strategy())
    def sent(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers={"authorization": f"Bearer {api.token}"}, checks=list(CHECKS))

    sent()
