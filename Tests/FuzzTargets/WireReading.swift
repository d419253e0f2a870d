import Model
import Wire

/// A message of remote write; one that is refused as a whole leaves the batch alone.
func readRemoteWrite(_ bytes: [UInt8], _ version: RemoteWrite.Version) {
  readMessage { (batch: inout SampleBatch) throws(WireError) in
    try RemoteWrite.decode(bytes, version: version, into: &batch)
  }
}

/// An OTLP message, in protobuf or JSON; one that is refused as a whole leaves the batch alone.
func readOTLP(_ bytes: [UInt8], isJSON: Bool) {
  readMessage { (batch: inout SampleBatch) throws(WireError) in
    let outcome =
      isJSON
      ? try OTLP.decodeJSON(bytes, into: &batch) : try OTLP.decodeProtobuf(bytes, into: &batch)
    _ = OTLP.response(to: outcome, isJSON: isJSON)
    return outcome
  }
}

/// A compressed body: never more plain bytes than the limit.
func readBody(_ bytes: [UInt8]) {
  let limit = 1 << 16
  for encoding in BodyEncoding.allCases {
    guard let plain = try? encoding.decode(bytes, limit: limit) else { continue }
    precondition(plain.count <= limit, "\(encoding) gives \(plain.count) bytes")
  }
}

private func readMessage(_ decode: (inout SampleBatch) throws(WireError) -> Outcome) {
  var batch = SampleBatch()
  batch.append(labels: ["__name__": "first"], time: Timestamp(milliseconds: 1), value: 1)
  do {
    let outcome = try decode(&batch)
    _ = outcome.message
    for row in 0..<batch.count {
      do {
        _ = try batch.labels(ofRow: row)
      } catch {
        preconditionFailure("a row without a series: \(error)")
      }
    }
  } catch {
    precondition(batch.count == 1, "refused, and yet \(batch.count - 1) rows came: \(error)")
  }
}
