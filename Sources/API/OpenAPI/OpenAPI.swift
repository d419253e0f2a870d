import Model

/// The OpenAPI document of the server.
///
/// Source: https://spec.openapis.org/oas/v3.0.3
enum OpenAPI {
  /// The document for a version of the program, as JSON.
  static func document(version: String) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("openapi", "3.0.3")
      json.key("info")
      json.object { json in
        json.field("title", "Tocsin")
        json.field("version", version)
        json.field(
          "description",
          "Metrics in, incidents out; queries, rules and alerts as Prometheus has them.")
      }
      json.key("paths")
      json.object { json in
        var paths: [String] = []
        for endpoint in Endpoint.all where !paths.contains(endpoint.path) {
          paths.append(endpoint.path)
        }
        for path in paths {
          json.key(path)
          json.object { json in
            for endpoint in Endpoint.all where endpoint.path == path { json.endpoint(endpoint) }
          }
        }
      }
      json.key("components")
      json.object { $0.components() }
    }
    return json.text
  }
}

extension JSONWriter {
  fileprivate mutating func endpoint(_ endpoint: Endpoint) {
    key(endpoint.method)
    object { json in
      json.field("summary", endpoint.summary)
      json.field("operationId", endpoint.operation)
      if let role = endpoint.role {
        json.key("security")
        json.array { json in
          for scheme in ["token", "password"] {
            json.object { $0.field(scheme, [String]()) }
          }
        }
        json.field("description", "Needs the role \(role.rawValue).")
      }
      json.parameters(of: endpoint)
      if let body = endpoint.body {
        json.key("requestBody")
        json.object { json in
          json.field("required", true)
          if body == Endpoint.form { json.form(endpoint.parameters) } else { json.content(body) }
        }
      }
      json.responses(of: endpoint)
    }
  }

  private mutating func parameters(of endpoint: Endpoint) {
    key("parameters")
    array { json in
      for name in endpoint.pathParameters {
        json.parameter(name, "path", nil, isRequired: true, words: [])
      }
      for parameter in endpoint.body == Endpoint.form ? [] : endpoint.parameters {
        json.parameter(
          parameter.name, "query", parameter.summary, isRequired: parameter.isRequired,
          words: parameter.words)
      }
    }
  }

  private mutating func parameter(
    _ name: String, _ place: String, _ summary: String?, isRequired: Bool, words: [String]
  ) {
    object { json in
      json.field("name", name)
      json.field("in", place)
      json.field("required", isRequired)
      json.field("description", summary)
      json.key("schema")
      json.object { json in
        json.field("type", "string")
        if !words.isEmpty { json.field("enum", words) }
      }
    }
  }

  private mutating func content(_ type: String) {
    key("content")
    object { json in
      json.key(type)
      json.object { json in
        json.key("schema")
        json.object { json in
          if type == "application/json" { return }
          json.field("type", "string")
        }
      }
    }
  }

  private mutating func form(_ parameters: [Endpoint.Parameter]) {
    key("content")
    object { json in
      json.key(Endpoint.form)
      json.object { json in
        json.key("schema")
        json.object { json in
          json.field("type", "object")
          let required = parameters.filter(\.isRequired).map(\.name)
          if !required.isEmpty { json.field("required", required) }
          json.key("properties")
          json.object { json in
            for parameter in parameters {
              json.key(parameter.name)
              json.object { json in
                json.field("type", "string")
                json.field("description", parameter.summary)
              }
            }
          }
        }
      }
    }
  }

  private mutating func responses(of endpoint: Endpoint) {
    key("responses")
    object { json in
      json.key(String(endpoint.status))
      json.object { json in
        json.field("description", "It went well.")
        if let answer = endpoint.answer { json.content(answer) }
      }
      json.key("4XX")
      json.object { json in
        json.field("description", "It was refused; error says why.")
        json.key("content")
        json.object { json in
          json.key("application/json")
          json.object { json in
            json.key("schema")
            json.object { $0.field("$ref", "#/components/schemas/Error") }
          }
        }
      }
    }
  }

  fileprivate mutating func components() {
    key("securitySchemes")
    object { json in
      for (name, scheme) in [("token", "bearer"), ("password", "basic")] {
        json.key(name)
        json.object { json in
          json.field("type", "http")
          json.field("scheme", scheme)
        }
      }
    }
    key("schemas")
    object { json in
      json.key("Error")
      json.object { json in
        json.field("type", "object")
        json.field("required", ["status", "errorType", "error"])
        json.key("properties")
        json.object { json in
          for name in ["status", "errorType", "error"] {
            json.key(name)
            json.object { $0.field("type", "string") }
          }
        }
      }
    }
  }
}

extension Endpoint {
  /// `get_api_v1_query`: unique in the document.
  fileprivate var operation: String {
    method
      + path.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
  }
}
