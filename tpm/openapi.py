"""What the description of the API cannot see in the code by itself."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class PersonalToken(OpenApiAuthenticationExtension):
    target_class = "tpm.tokens.TokenAuthentication"
    name = "personalToken"

    def get_security_definition(self, auto_schema) -> dict:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token, made on the page of your account.",
        }
