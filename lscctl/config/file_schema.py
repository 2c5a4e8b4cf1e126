"""The JSON Schema of the configuration file, for editors: every key, what it means, and what it may hold."""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from lscctl.config.tables import FileTable


class _EditorsSchema(GenerateJsonSchema):
    """Without what TOML cannot say (null), and without titles, which would only repeat the keys."""

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        told = super().default_schema(schema)
        return told if told.get("default", ...) is not None else {k: v for k, v in told.items() if k != "default"}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - as the base has it
        return False


def text() -> str:
    """The schema as JSON. It keeps to what draft 7 knows, as the editors' TOML plug-ins do."""
    schema = FileTable.model_json_schema(by_alias=True, schema_generator=_EditorsSchema)
    about = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": "urn:lscctl:configuration"}
    return json.dumps(about | schema, indent=2) + "\n"
