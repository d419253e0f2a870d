import ArgumentParser
import Foundation
import Model
import PromQL
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
    context.query = { try FixedData.query($0) }
    let result = template.expand(in: context)
    let wanted = test.expected ?? ""
    let prefix = "<error expanding template:"
    let isPassed = test.error ? result.hasPrefix(prefix) : result == wanted
    return isPassed ? nil : "got \(quoted(result)), expected \(quoted(wanted))"
  }
}

/// The three series that the cases query, and as much of PromQL as a fixed instant needs.
enum FixedData {
  private static let samples: [TemplateSample] = [("a", "x", 3), ("b", "y", 7.5), ("c", "z", -1)]
    .map { TemplateSample(labels: ["__name__": "q", "id": $0.0, "n": $0.1], value: $0.2) }

  struct Unsupported: Error, CustomStringConvertible {
    var description: String
  }

  /// The vector of an expression; a scalar is one element without labels.
  static func query(_ text: String) throws -> [TemplateSample] {
    try vector(try PromQL.Expression(parsing: text))
  }

  private static func vector(_ expression: PromQL.Expression) throws -> [TemplateSample] {
    if let constant = expression.constant {
      return [TemplateSample(labels: .empty, value: constant)]
    }
    switch expression.unwrapped.kind {
    case .vectorSelector(let selector):
      return samples.filter { sample in
        selector.matchers.allSatisfy { $0.matches(sample.labels) }
      }
    case .aggregation(let aggregation): return try aggregated(aggregation)
    case .unary(let sign, let operand):
      return try vector(operand).map {
        TemplateSample(
          labels: $0.labels.removing(Labels.metricName),
          value: sign == .minus ? -$0.value : $0.value)
      }
    case .binary(let binary): return try combined(binary)
    case .call(let call): return try called(call)
    default: throw Unsupported(description: "not over fixed data: \(expression)")
    }
  }

  private static func called(_ call: Call) throws -> [TemplateSample] {
    guard let argument = call.arguments.first else {
      throw Unsupported(description: "not over fixed data: \(call.function.name)")
    }
    let elements = try vector(argument)
    switch call.function.name {
    case "sort": return elements.sorted { $0.value < $1.value }
    case "sort_desc": return elements.sorted { $0.value > $1.value }
    case "vector": return elements
    case "abs":
      return elements.map {
        TemplateSample(labels: $0.labels.removing(Labels.metricName), value: abs($0.value))
      }
    default: throw Unsupported(description: "not over fixed data: \(call.function.name)")
    }
  }

  private static func aggregated(_ aggregation: Aggregation) throws -> [TemplateSample] {
    let elements = try vector(aggregation.expression)
    let names = Set(aggregation.labels)
    let groups = Dictionary(grouping: elements) { element in
      element.labels.filter {
        aggregation.isWithout ? !names.contains($0) && $0 != Labels.metricName : names.contains($0)
      }
    }
    let k = aggregation.parameter?.constant.map { Int($0) } ?? 0
    return try groups.sorted { $0.key < $1.key }.flatMap { labels, elements in
      let values = elements.map { $0.value }
      let sum = values.reduce(0, +)
      switch aggregation.operation {
      case .sum: return [TemplateSample(labels: labels, value: sum)]
      case .count: return [TemplateSample(labels: labels, value: Double(values.count))]
      case .avg: return [TemplateSample(labels: labels, value: sum / Double(values.count))]
      case .min: return [TemplateSample(labels: labels, value: values.min() ?? .nan)]
      case .max: return [TemplateSample(labels: labels, value: values.max() ?? .nan)]
      case .group: return [TemplateSample(labels: labels, value: 1)]
      case .topk: return Array(elements.sorted { $0.value > $1.value }.prefix(k))
      case .bottomk: return Array(elements.sorted { $0.value < $1.value }.prefix(k))
      default:
        throw Unsupported(description: "not over fixed data: \(aggregation.operation.rawValue)")
      }
    }
  }

  /// A vector with a number on its right side.
  private static func combined(_ binary: Binary) throws -> [TemplateSample] {
    guard let number = binary.right.constant else {
      throw Unsupported(description: "not over fixed data: two vectors")
    }
    let elements = try vector(binary.left)
    func mapped(_ body: (Double) -> Double) -> [TemplateSample] {
      elements.map {
        TemplateSample(labels: $0.labels.removing(Labels.metricName), value: body($0.value))
      }
    }
    func kept(_ isKept: (Double) -> Bool) -> [TemplateSample] {
      binary.returnsBool
        ? mapped { isKept($0) ? 1 : 0 } : elements.filter { isKept($0.value) }
    }
    switch binary.operation {
    case .add: return mapped { $0 + number }
    case .subtract: return mapped { $0 - number }
    case .multiply: return mapped { $0 * number }
    case .divide: return mapped { $0 / number }
    case .greater: return kept { $0 > number }
    case .less: return kept { $0 < number }
    case .greaterOrEqual: return kept { $0 >= number }
    case .lessOrEqual: return kept { $0 <= number }
    case .equal: return kept { $0 == number }
    case .notEqual: return kept { $0 != number }
    default: throw Unsupported(description: "not over fixed data: \(binary.operation.rawValue)")
    }
  }
}
