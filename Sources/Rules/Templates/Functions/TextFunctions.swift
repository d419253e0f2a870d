import Model

extension TemplateFunction {
  /// Functions over texts, hosts and links.
  static let texts: [TemplateFunction] = [
    TemplateFunction("reReplaceAll", [.string, .string, .string]) {
      values, _ throws(TemplateFailure) in
      .string(
        try pattern(values[0]).replaceAll(in: values[2].text ?? "", with: values[1].text ?? ""))
    },
    TemplateFunction("match", [.string, .string]) { values, _ throws(TemplateFailure) in
      .boolean(try pattern(values[0]).firstMatch(in: values[1].text ?? "") != nil)
    },
    TemplateFunction("title", [.string]) { values, _ in .string(titled(values[0].text ?? "")) },
    TemplateFunction("toUpper", [.string]) { values, _ in
      .string(mapped(values[0].text ?? "", \.uppercaseMapping))
    },
    TemplateFunction("toLower", [.string]) { values, _ in
      .string(mapped(values[0].text ?? "", \.lowercaseMapping))
    },
    TemplateFunction("safeHtml", [.string]) { values, _ in .html(values[0].text ?? "") },
    TemplateFunction("urlQueryEscape", [.string]) { values, _ in
      .string(escapedForQuery(values[0].text ?? ""))
    },
    TemplateFunction("graphLink", [.string]) { values, _ in link(values[0], tab: 0) },
    TemplateFunction("tableLink", [.string]) { values, _ in link(values[0], tab: 1) },
    TemplateFunction("stripPort", [.string]) { values, _ in
      let text = values[0].text ?? ""
      return .string(HostPort(text)?.host ?? text)
    },
    TemplateFunction("stripDomain", [.string]) { values, _ in
      .string(HostPort.withoutDomain(values[0].text ?? ""))
    },
    TemplateFunction("externalURL", []) { _, context in .string(context.externalURL) },
    TemplateFunction("pathPrefix", []) { _, context in .string(path(of: context.externalURL)) },
  ]

  private static func pattern(_ value: TemplateValue) throws(TemplateFailure) -> Pattern {
    do throws(PatternError) {
      return try Pattern(value.text ?? "", dotMatchesNewline: false)
    } catch {
      throw TemplateFailure("error parsing regexp: \(error.message): `\(value.text ?? "")`")
    }
  }

  /// The page of Prometheus that shows an expression as graph (0) or table (1).
  private static func link(_ expression: TemplateValue, tab: Int) -> TemplateValue {
    .string("/graph?g0.expr=\(escapedForQuery(expression.text ?? ""))&g0.tab=\(tab)")
  }

  /// Each letter that begins a word in upper case; words end at spaces and ASCII signs but `_`.
  private static func titled(_ text: String) -> String {
    var isStart = true
    var out = ""
    for scalar in text.unicodeScalars {
      if isStart {
        out += one(scalar.properties.titlecaseMapping, instead: scalar)
      } else {
        out.unicodeScalars.append(scalar)
      }
      isStart =
        scalar.isASCII
        ? !isWordByte(UInt8(scalar.value)) : scalar.properties.isWhitespace
    }
    return out
  }

  private static func mapped(
    _ text: String, _ mapping: (Unicode.Scalar.Properties) -> String
  ) -> String {
    var out = ""
    for scalar in text.unicodeScalars { out += one(mapping(scalar.properties), instead: scalar) }
    return out
  }

  /// Go maps a character to one character; where Unicode gives more, Go keeps the character, but for
  /// the dotted capital I, whose small letter loses the second dot.
  private static func one(_ mapped: String, instead scalar: Unicode.Scalar) -> String {
    if mapped.unicodeScalars.count == 1 { return mapped }
    return mapped == "i\u{307}" ? "i" : String(Character(scalar))
  }

  /// The path of a URL: what follows the host, up to query or fragment.
  private static func path(of url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let rest = url[scheme.upperBound...]
    guard let slash = rest.firstIndex(of: "/") else { return "" }
    return String(rest[slash...].prefix { $0 != "?" && $0 != "#" })
  }
}

/// `host:port` as Go's `net.SplitHostPort` takes it apart.
struct HostPort {
  var host: String
  var port: String

  /// Nil where Go fails: no port, or colons without brackets.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]"), text.index(after: close) == colon else {
        return nil
      }
      host = String(text[text.index(after: text.startIndex)..<close])
    } else {
      host = String(text[..<colon])
      guard !host.contains(":") else { return nil }
    }
    port = String(text[text.index(after: colon)...])
    guard !host.contains("["), !host.contains("]"), !port.contains("["), !port.contains("]")
    else { return nil }
  }

  /// The first part of the host's name, with the port; addresses stay as they are.
  static func withoutDomain(_ text: String) -> String {
    let split = HostPort(text)
    let host = split?.host ?? text
    guard !isAddress(host) else { return text }
    let name = String(host.prefix { $0 != "." })
    guard let port = split?.port, !port.isEmpty else { return name }
    return (name.contains(":") ? "[\(name)]" : name) + ":" + port
  }

  /// True for an IPv4 or IPv6 address without zone.
  private static func isAddress(_ host: String) -> Bool {
    host.contains(":") ? isIPv6(host) : isIPv4(host)
  }

  private static func isIPv4(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        (1...3).contains(part.utf8.count) && part.utf8.allSatisfy(isDigit)
          && (part.utf8.count == 1 || part.first != "0") && UInt8(part) != nil
      }
  }

  private static func isIPv6(_ text: String) -> Bool {
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    guard halves.count <= 2 else { return false }
    var groups = 0
    for (index, half) in halves.enumerated() where !half.isEmpty {
      let parts = half.split(separator: ":", omittingEmptySubsequences: false)
      for (position, part) in parts.enumerated() {
        let isLast = index == halves.count - 1 && position == parts.count - 1
        if isLast, part.contains(".") {
          guard isIPv4(part) else { return false }
          groups += 2
        } else {
          guard (1...4).contains(part.utf8.count), UInt16(part, radix: 16) != nil,
            part.utf8.allSatisfy({ $0 != "+" })
          else { return false }
          groups += 1
        }
      }
    }
    return halves.count == 2 ? groups < 8 : groups == 8
  }
}
