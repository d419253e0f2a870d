import Model
import PromQL

extension ParseErrors {
  /// The first error as Prometheus' API words it: `1:7: parse error: …`.
  func positioned(in text: String) -> String {
    guard let first = errors.first else { return "parse error" }
    let place = first.diagnostic(in: text).location
    return "\(place?.line ?? 1):\(place?.column ?? 1): parse error: \(first.message)"
  }
}
