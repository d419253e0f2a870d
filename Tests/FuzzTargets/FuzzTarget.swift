import Exposition
import Wire

/// A reader of foreign bytes, as a fuzzer feeds it.
///
///     FuzzTarget.promql.run(Array("rate(x[5m])".utf8))
///
/// Whatever the bytes are, the reader takes or refuses them: it never traps, hangs or grows without
/// bound. What is more, a result must not depend on how the input was cut, and what is printed reads
/// back as the same. A breach traps, which is what a fuzzer sees.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// Formats of samples, `auto` with compression and recognition.
  case auto, prometheus, openmetrics, influx, jsonl, csv, graphite
  /// Messages that agents push, and the compression of their bodies.
  case remotewrite, remotewrite2, otlp, otlpjson, body
  /// Lines of logs.
  case logs
  /// Expressions, and the regular expressions in them.
  case promql, pattern
  /// Notation of series in tests, and scripts of tests.
  case notation, script
  /// Files of rules and of their tests, and templates in rules.
  case rules, unittests, templates

  /// Reads `bytes`.
  public func run(_ bytes: [UInt8]) {
    switch self {
    case .auto: decode(bytes, as: .auto)
    case .prometheus: decode(bytes, as: .prometheus)
    case .openmetrics: decode(bytes, as: .openmetrics)
    case .influx: decode(bytes, as: .influx)
    case .jsonl: decode(bytes, as: .jsonl)
    case .csv: decode(bytes, as: .csv)
    case .graphite: decode(bytes, as: .graphite)
    case .remotewrite: readRemoteWrite(bytes, .v1)
    case .remotewrite2: readRemoteWrite(bytes, .v2)
    case .otlp: readOTLP(bytes, isJSON: false)
    case .otlpjson: readOTLP(bytes, isJSON: true)
    case .body: readBody(bytes)
    case .logs: readLog(bytes)
    default: read(String(decoding: bytes, as: UTF8.self))
    }
  }

  private func read(_ text: String) {
    switch self {
    case .promql: readExpression(text)
    case .pattern: readPattern(text)
    case .notation: readNotation(text)
    case .script: readScript(text)
    case .rules: readRules(text)
    case .unittests: readUnitTests(text)
    case .templates: readTemplate(text)
    default: break
    }
  }
}
