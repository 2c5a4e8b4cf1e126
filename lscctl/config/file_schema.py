"""The JSON Schema of the configuration file, for editors: every key, what it means, and what it may hold."""

import ast
import inspect
import json
from itertools import pairwise
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from lscctl.config import tables


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
    schema = tables.FileTable.model_json_schema(by_alias=True, schema_generator=_EditorsSchema)
    for name, table in {tables.FileTable.__name__: schema, **schema["$defs"]}.items():
        meanings = _meanings(getattr(tables, name, tables.Table))
        for key, described in table.get("properties", {}).items():
            described["description"] = meanings[key]
    about = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": "urn:lscctl:configuration"}
    return json.dumps(about | schema, indent=2) + "\n"


def _meanings(table: type[tables.Table]) -> dict[str, str]:
    """What stands below each key of the table, its bases' too, `{key: text}`. Read from the source: only this needs it."""
    lineage = [base.__name__ for base in reversed(table.__mro__)]
    module = ast.parse(inspect.getsource(tables))
    classes = {node.name: node for node in module.body if isinstance(node, ast.ClassDef)}
    return {
        tables.dashed(field.target.id): ast.literal_eval(said.value)
        for name in lineage
        if name in classes
        for field, said in pairwise(classes[name].body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(said, ast.Expr)
    }
