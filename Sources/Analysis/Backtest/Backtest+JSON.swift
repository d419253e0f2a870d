import Model

extension Backtest {
  /// One JSON event a line: `backtest.rule` for each rule, and at last `backtest.summary`.
  public func jsonLines() -> [String] {
    var lines = results.map { result in
      Self.line("backtest.rule") { json in
        json.field("group", result.group)
        json.field("alert", result.alert)
        json.field("expression", result.expression)
        json.field("direction", result.isAbove.map { $0 ? "above" : "below" })
        if let setting = result.setting { Self.write("setting", setting, to: &json) }
        Self.write("score", result.score, to: &json)
        if let proposal = result.proposal {
          Self.write("proposed", proposal.setting, to: &json)
          Self.write("proposed_score", proposal.score, to: &json)
        }
        json.key("curve")
        json.array { json in
          for point in result.curve {
            json.object { json in
              json.field("bound", point.bound)
              json.field("precision", point.score.precision)
              json.field("recall", point.score.recall)
              json.field("pages_per_week", point.score.pagesPerWeek)
            }
          }
        }
      }
    }
    lines.append(
      Self.line("backtest.summary") { json in
        json.field("rules", results.count)
        json.field("windows", windows.count)
        json.field("settings_tried", tried)
        json.field("failed", failures.map(\.alert))
      })
    return lines
  }

  private static func write(
    _ name: String, _ setting: RuleTrace.Setting, to json: inout JSONWriter
  ) {
    json.key(name)
    json.object { json in
      json.field("bound", setting.bound)
      json.field("clear", setting.clear)
      json.field("for_seconds", Double(setting.hold) / 1000)
    }
  }

  private static func write(_ name: String, _ score: Score, to json: inout JSONWriter) {
    json.key(name)
    json.object { json in
      json.field("firings", score.firings)
      json.field("right", score.hits)
      json.field("windows", score.windows)
      json.field("found", score.found)
      json.field("precision", score.precision)
      json.field("recall", score.recall)
      json.field("f1", score.f1)
      json.field("delay_seconds", score.medianDelay.map { Double($0) / 1000 })
      json.field("pages_per_week", score.pagesPerWeek)
    }
  }

  private static func line(_ event: String, _ body: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("v", 1)
      json.field("event", event)
      body(&json)
    }
    return json.text
  }
}
