import pytest
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import validate


@pytest.mark.thorough
def test_the_schema_is_valid_openapi_3_1(db):
    schema = SchemaGenerator().get_schema(request=None, public=True)
    assert schema["openapi"].startswith("3.1")
    validate(schema)


def test_the_description_is_served_without_any_other_host(vic, client_of):
    page = client_of(vic).get("/api/v1/docs/").content.decode()
    assert "//cdn" not in page
    assert "https://" not in page
