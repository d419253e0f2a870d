/// Placeholder until the CSV decoder is complete.
enum CSVHeader {
  static func isHeader(_ text: ByteView, mapping: CSVMapping?) -> Bool { false }
}
