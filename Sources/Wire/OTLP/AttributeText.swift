import Model

extension OTLPAnyValue {
  /// The value as the text of a label: plain for one value, JSON for lists.
  var text: String {
    switch value {
    case .stringValue(let text): text
    case .boolValue(let flag): flag ? "true" : "false"
    case .intValue(let number): String(number)
    case .doubleValue(let number): DecimalText.plain(number)
    case .arrayValue, .kvlistValue: json
    case nil: ""
    }
  }

  private var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  private func write(to writer: inout JSONWriter) {
    switch value {
    case .stringValue(let text): writer.value(text)
    case .boolValue(let flag): writer.value(flag)
    case .intValue(let number): writer.value(number)
    case .doubleValue(let number): writer.value(number)
    case .arrayValue(let list):
      writer.array { writer in for item in list.values { item.write(to: &writer) } }
    case .kvlistValue(let list):
      writer.object { writer in
        for pair in list.values.sorted(by: { $0.key < $1.key }) {
          writer.key(pair.key)
          pair.value.write(to: &writer)
        }
      }
    case nil: writer.null()
    }
  }
}

/// Numbers as labels hold them.
enum DecimalText {
  /// The fewest digits that read back as `value`, without an exponent: `0.005`, `10`, `+Inf`.
  ///
  /// The label `le` of a histogram's bucket, as Prometheus writes it.
  static func plain(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    let parts = value.magnitude.description.split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var whole = String(halves[0])
    var rest = halves.count > 1 && halves[1] != "0" ? String(halves[1]) : ""
    if exponent > 0 {
      rest += String(repeating: "0", count: max(0, exponent - rest.count))
      whole += rest.prefix(exponent)
      rest = String(rest.dropFirst(exponent))
    } else if exponent < 0 {
      whole = String(repeating: "0", count: max(0, 1 - exponent - whole.count)) + whole
      rest = whole.suffix(-exponent) + rest
      whole = String(whole.dropLast(-exponent))
    }
    let digits = whole.drop { $0 == "0" }
    return (value < 0 ? "-" : "") + (digits.isEmpty ? "0" : String(digits))
      + (rest.isEmpty ? "" : "." + rest)
  }
}
