import Model

/// The float rows of a batch as one reads them: `name{…} value @ms`, in their order.
func rows(_ batch: SampleBatch) throws -> [String] {
  let histograms = Set(batch.histograms.map(\.row))
  return try (0..<batch.count).filter { !histograms.contains($0) }.map { row in
    let value = batch.values[row]
    let text = StaleMarker.isStale(value) ? "stale" : "\(value)"
    return "\(try batch.labels(ofRow: row)) \(text) @\(batch.times[row])"
  }
}
