"""`/oauth/token`: tokens for machines, by OAuth's client credentials; and the documents that say how to get one."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api import watch
from api.problems import refusals
from api.tokens import PATH, token_for
from api.web.forms import fields
from api.who import database
from core import access, clock

router = APIRouter(tags=["machines"])
_NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_FORM = "application/x-www-form-urlencoded"
_REFUSAL: dict[str, Any] = {
    "description": "No token for that; `error` is a word of RFC 6749",
    "content": {
        "application/json": {
            "schema": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
        }
    },
}
_GRANTED: dict[str, Any] = {
    "description": "A token for five minutes",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["access_token", "token_type", "expires_in", "scope"],
                "properties": {
                    "access_token": {"type": "string"},
                    "token_type": {"const": "bearer"},
                    "expires_in": {"type": "integer"},
                    "scope": {"type": "string"},
                },
            }
        }
    },
}
_ASKED = {
    "required": True,
    "content": {
        _FORM: {
            "schema": {
                "type": "object",
                "required": ["grant_type", "client_assertion_type", "client_assertion", "scope"],
                "properties": {
                    "grant_type": {"const": "client_credentials"},
                    "client_assertion_type": {"const": access.ASSERTION_TYPE},
                    "client_assertion": {"type": "string", "description": "a JWT signed with the client's own key"},
                    "scope": {"type": "string", "description": "apart by spaces", "examples": ["directory.read"]},
                },
            }
        }
    },
}


@router.post(
    PATH, summary="A token for a machine", responses={200: _GRANTED, 400: _REFUSAL, 401: _REFUSAL, **refusals(503)},
    openapi_extra={"requestBody": _ASKED},
)  # fmt: skip
async def token(request: Request) -> Response:
    """By `private_key_jwt` (RFC 7523, SMART backend services); see `/.well-known/smart-configuration`."""
    try:
        given = await _form(request)
        granted = await token_for(
            database(request), given, published=request.app.state.published, public_url=request.app.state.public_url,
            now=clock.now(),
        )  # fmt: skip
    except access.TokenRefused as refused:
        answer = _refused(refused)
        watch.refused(request, status=answer.status_code, kind="token-refused", reason=refused.code)
        return answer
    watch.token_given(request, granted.client_id, granted.scopes)
    said = {
        "access_token": granted.token,
        "token_type": "bearer",  # nosec B105
        "expires_in": int(granted.lasts.total_seconds()),
        "scope": " ".join(granted.scopes),
    }
    return JSONResponse(said, headers=_NEVER_KEPT)


@router.get("/.well-known/smart-configuration", summary="How machines get a token (SMART)")
async def smart_configuration(request: Request) -> dict[str, Any]:
    """What SMART's backend services look up; there is no app launch here."""
    return _metadata(request) | {
        "capabilities": ["client-confidential-asymmetric"],
        "code_challenge_methods_supported": ["S256"],  # has to be there, though nothing here takes a code
    }


@router.get("/.well-known/oauth-authorization-server", summary="How machines get a token (RFC 8414)")
async def authorization_server(request: Request) -> dict[str, Any]:
    """The same by the general standard."""
    return {"issuer": request.app.state.public_url, "response_types_supported": []} | _metadata(request)


def _metadata(request: Request) -> dict[str, Any]:
    return {
        "token_endpoint": f"{request.app.state.public_url}{PATH}",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": sorted(access.CLIENT_ALGORITHMS.values()),
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": list(access.SCOPES),
    }


async def _form(request: Request) -> dict[str, list[str]]:
    """One way to say who one is, and in the body: what stands in a URL is written into logs."""
    plain = request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM
    if not plain or "authorization" in request.headers or request.url.query:
        raise access.TokenRefused("invalid_request")
    read = await fields(request)
    if read is None:
        raise access.TokenRefused("invalid_request")
    return read


def _refused(refused: access.TokenRefused) -> Response:
    unknown = refused.code == "invalid_client"
    headers = _NEVER_KEPT | ({"WWW-Authenticate": 'Bearer realm="doorlight"'} if unknown else {})
    return JSONResponse({"error": refused.code}, status_code=401 if unknown else 400, headers=headers)
