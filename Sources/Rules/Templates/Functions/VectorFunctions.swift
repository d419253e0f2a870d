import Model

extension TemplateFunction {
  /// Functions over the results of queries.
  static let vectors: [TemplateFunction] = [
    TemplateFunction("query", [.string]) { values, context throws(TemplateFailure) in
      do {
        return .samples(try context.query(values[0].text ?? ""))
      } catch {
        throw TemplateFailure("\(error)")
      }
    },
    TemplateFunction("first", [.samples]) { values, _ throws(TemplateFailure) in
      guard case .samples(let samples) = values[0], let first = samples.first else {
        throw TemplateFailure("first() called on vector with no elements")
      }
      return .sample(first)
    },
    TemplateFunction("label", [.string, .sample]) { values, _ in
      .string(sample(values[1]).labels[values[0].text ?? ""] ?? "")
    },
    TemplateFunction("value", [.sample]) { values, _ in .number(sample(values[0]).value) },
    TemplateFunction("strvalue", [.sample]) { values, _ in
      .string(sample(values[0]).labels["__value__"] ?? "")
    },
    TemplateFunction("sortByLabel", [.string, .samples]) { values, _ in
      guard case .samples(let samples) = values[1] else { return values[1] }
      let name = values[0].text ?? ""
      let keyed = samples.enumerated().map { (key: $0.element.labels[name] ?? "", $0.offset) }
      let order = keyed.sorted {
        $0.key == $1.key ? $0.1 < $1.1 : $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
      }
      return .samples(order.map { samples[$0.1] })
    },
    TemplateFunction("args", [.any], isVariadic: true) { values, _ in
      let entries = values.enumerated().map { (key: "arg\($0.offset)", value: $0.element) }
      return .map(entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    },
  ]

  private static func sample(_ value: TemplateValue) -> TemplateSample {
    guard case .sample(let sample) = value else {
      // The parameter's type has let nothing else through.
      return TemplateSample(labels: .empty, value: .nan)
    }
    return sample
  }
}
