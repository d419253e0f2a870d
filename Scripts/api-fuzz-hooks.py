"""What schemathesis must be told about this API: bodies that are no JSON, and an incident that is there."""
import json
import os

import schemathesis

INCIDENT = os.environ.get("TOCSIN_INCIDENT", "")


@schemathesis.serializer("application/x-ndjson", "application/x-protobuf")
def as_it_is(ctx, value):
    """Bytes as they are; anything else as a JSON text."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@schemathesis.hook
def map_path_parameters(ctx, path_parameters):
    """Every other id is that of an incident, so that what lies behind it is reached too."""
    if INCIDENT and path_parameters and "id" in path_parameters and len(str(path_parameters["id"])) % 2:
        path_parameters["id"] = INCIDENT
    return path_parameters
