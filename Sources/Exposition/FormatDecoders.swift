import Model

/// The decoder of the selected format. One of them is there at a time.
///
/// Optionals instead of an enum, so that a decoder is changed in place and never copied.
struct FormatDecoders: Sendable {
  private var text: TextDecoder?

  /// Makes ready for `format`, which must not be `auto`.
  ///
  /// - Parameter isCertain: False when the format was guessed; the two text formats then still are
  ///   told apart by what comes.
  mutating func select(_ format: InputFormat, _ options: DecoderOptions, isCertain: Bool = true) {
    switch format {
    case .prometheus:
      text = TextDecoder(
        dialect: isCertain ? .prometheus : .either, validates: options.validates)
    case .openmetrics: text = TextDecoder(dialect: .openmetrics, validates: options.validates)
    default: break
    }
  }

  /// Decodes the lines of `block[regions]` into `batch`, and takes away the regions that are done.
  mutating func decode(
    _ block: inout [UInt8], _ regions: inout [Range<Int>], _ reading: inout Reading,
    into batch: inout SampleBatch
  ) {
    if regions.isEmpty { return }
    if text != nil {
      block.withView { view in
        for region in regions { text?.decode(view, region, &reading, into: &batch) }
      }
      regions.removeAll(keepingCapacity: true)
      swap(&block, &batch.bytes)
    }
  }

  /// Says what is only known at the end of the input.
  mutating func finish(_ reading: inout Reading) {
    text?.finish(&reading)
  }
}
