import ArgumentParser
import Engine
import Evaluation
import Foundation
import Model
import Rules

/// `tocsin-conformance templates FILE.jsonl`: alert templates with the results Prometheus gave.
///
/// A case: `{"id", "value", "v", "template", "rule_accepted", "expected", "error"}`. The template is
/// an annotation of an alert over `tpl{v="…"} > 0`; `query` sees three series `q`.
struct TemplatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates", abstract: "Expands alert templates and compares the results.")

  @Argument(help: "A file of JSON lines, one case each.")
  var file: String

  private var data: FixedData { FixedData() }

  private struct Case: Decodable {
    var id: String
    var value: String
    var v: String
    var template: String
    var rule_accepted: Bool
    var expected: String?
    var error: Bool
  }

  func run() throws {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    var (passed, failed) = (0, 0)
    for line in text.split(separator: "\n") {
      let test = try JSONDecoder().decode(Case.self, from: Data(line.utf8))
      if let why = check(test) {
        failed += 1
        print("\(test.id): \(quoted(test.template)): \(why)")
      } else {
        passed += 1
      }
    }
    print("\(passed) passed, \(failed) failed")
    if failed > 0 { throw ExitCode(2) }
  }

  /// Why a case fails; nil when it passes.
  private func check(_ test: Case) -> String? {
    let template: Template
    do throws(TemplateError) {
      template = try Template(test.template)
    } catch {
      return test.rule_accepted ? "refused: \(error.message)" : nil
    }
    guard test.rule_accepted else { return "accepted, expected a refusal" }
    var context = TemplateContext(
      labels: [
        "__name__": "tpl", "case": "x", "host": "web-1.example.com:9100", "job": "api",
        "v": test.v, "zone": "eu",
      ],
      value: Double(test.value) ?? .nan, externalURL: "http://prom.example:9090/")
    context.query = { [data] in try data.query($0) }
    let result = template.expand(in: context)
    let wanted = test.expected ?? ""
    let prefix = "<error expanding template:"
    let isPassed = test.error ? result.hasPrefix(prefix) : result == wanted
    return isPassed ? nil : "got \(quoted(result)), expected \(quoted(wanted))"
  }
}

/// The three series that the cases query, in a store of their own.
struct FixedData {
  private let queries: TemplateQuery
  private let time = Timestamp(milliseconds: 1_767_225_600_000)

  init() {
    let store = SeriesStore(retention: .max)
    for (id, n, value) in [("a", "x", 3.0), ("b", "y", 7.5), ("c", "z", -1)] {
      store.record(
        [Labels.metricName: "q", "id": id, "n": n], [(time.milliseconds, .float(value))])
    }
    queries = TemplateQuery(store: store, options: EvaluationOptions())
  }

  func query(_ text: String) throws -> [TemplateSample] { try queries.answer(text, at: time) }
}
