import Model

/// A status page for programs.
public enum StatusPageJSON {
  /// One JSON document, with a line break at its end.
  public static func render(_ page: StatusPage) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("v", 1)
      json.field("title", page.title)
      json.field("at", page.madeAt)
      json.field("status", page.health.name)
      json.key("services")
      json.array { json in for line in page.lines { write(line, to: &json) } }
      for (name, notices) in [
        ("ongoing", page.ongoing), ("maintenance", page.maintenance), ("past", page.past),
      ] {
        json.key(name)
        json.array { json in for notice in notices { write(notice, to: &json) } }
      }
    }
    return json.text + "\n"
  }

  private static func write(_ line: StatusPage.Line, to json: inout JSONWriter) {
    json.object { json in
      json.field("name", line.title)
      json.field("description", line.description)
      json.field("status", line.health.name)
      json.field("availability", line.availability)
      json.field("days", line.days.map(\.name))
    }
  }

  private static func write(_ notice: StatusPage.Notice, to json: inout JSONWriter) {
    json.object { json in
      json.field("id", notice.id)
      json.field("title", notice.title)
      json.field("status", notice.health.name)
      json.field("services", notice.services)
      json.field("start", notice.start)
      json.field("end", notice.end)
      json.key("updates")
      json.array { json in
        for update in notice.updates {
          json.object { json in
            json.field("at", update.time)
            json.field("state", update.state)
            json.field("text", update.text)
          }
        }
      }
    }
  }
}
