import Model

/// Holds the decoder of the selected format: one of the properties is set at a time.
///
/// Optionals instead of an enum, so that a decoder is changed in place and never copied.
struct FormatDecoders {
  private var text: TextDecoder?
  private var influx: InfluxDecoder?
  private var json: JSONLinesDecoder?
  private var csv: CSVDecoder?
  private var graphite: GraphiteDecoder?

  /// Makes ready for `format`, which must not be `auto`.
  ///
  /// When the format was guessed (not `isCertain`), the two text formats are still told apart by
  /// what comes.
  mutating func select(_ format: InputFormat, _ options: DecoderOptions, isCertain: Bool = true) {
    switch format {
    case .prometheus:
      text = TextDecoder(
        dialect: isCertain ? .prometheus : .either, validates: options.validates)
    case .openmetrics: text = TextDecoder(dialect: .openmetrics, validates: options.validates)
    case .influx: influx = InfluxDecoder(precision: options.precision)
    case .jsonl: json = JSONLinesDecoder(options.limits)
    case .csv: csv = CSVDecoder(options)
    case .graphite: graphite = GraphiteDecoder()
    case .auto: assertionFailure("a format that is not known cannot be selected")
    }
  }

  /// Decodes the lines of `block[regions]` into `batch`, and takes away the regions that are done.
  ///
  /// The text formats leave the block to the batch, whose rows point into it, unless every row has a
  /// spelling that is known. The others stop when the batch has enough.
  mutating func decode(
    _ block: inout [UInt8], _ regions: inout [Range<Int>], _ reading: inout Reading,
    into batch: inout SampleBatch
  ) {
    if regions.isEmpty { return }
    guard text == nil else {
      block.withView { view in
        for region in regions { text?.decode(view, region, &reading, into: &batch) }
      }
      regions.removeAll(keepingCapacity: true)
      if text?.shareSpellings(with: &batch, textBytes: block.count) != true {
        swap(&block, &batch.bytes)
      }
      return
    }
    block.withView { view in
      while let region = regions.first {
        let end = decodeLines(view, region, &reading, into: &batch)
        guard end < region.upperBound else {
          regions.removeFirst()
          continue
        }
        regions[0] = end..<region.upperBound
        break
      }
    }
  }

  private mutating func decodeLines(
    _ view: ByteView, _ region: Range<Int>, _ reading: inout Reading, into batch: inout SampleBatch
  ) -> Int {
    influx?.decodeLines(view, region, &reading, into: &batch)
      ?? json?.decodeLines(view, region, &reading, into: &batch)
      ?? csv?.decodeLines(view, region, &reading, into: &batch)
      ?? graphite?.decodeLines(view, region, &reading, into: &batch)
      ?? region.upperBound
  }

  /// Says what is only known at the end of the input.
  mutating func finish(_ reading: inout Reading) {
    text?.finish(&reading)
  }
}
