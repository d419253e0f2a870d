import CZlib
import Exposition
import Model
import Statistics
import Testing

struct CompressionTests {
  /// `bytes` as one gzip member or as zlib data.
  private func deflated(_ bytes: [UInt8], isGzip: Bool) -> [UInt8] {
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 1024)
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    deflateInit2_(&stream, 6, Z_DEFLATED, isGzip ? 31 : 15, 8, 0, ZLIB_VERSION, size)
    input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        deflate(&stream, Z_FINISH)
      }
    }
    output.removeLast(Int(stream.avail_out))
    deflateEnd(&stream)
    return output
  }

  private let lines = (0..<2000).map {
    "node_load1{host=\"web-\($0 % 50)\"} \($0) \(1_700_000_000_000 + $0)\n"
  }
  private var text: [UInt8] { lines.flatMap { Array($0.utf8) } }

  @Test(arguments: [true, false])
  func `compressed input decodes as plain input, however it is cut`(_ isGzip: Bool) {
    let plain = decode([text], DecoderOptions())
    #expect(plain.samples.count == 2000)
    let packed = deflated(text, isGzip: isGzip)
    #expect(packed.count < text.count / 3)
    var random = SplitMix64(seed: 5)
    for blocks in [[packed], packed.map { [$0] }, cut(packed, longest: 300, &random)] {
      let found = decode(blocks, DecoderOptions())
      #expect(found.samples == plain.samples)
      #expect(found.reports == [])
    }
  }

  @Test func `members in a row are one input, even when they part a line`() {
    let middle = text.count / 2 + 7
    let packed =
      deflated(Array(text[..<middle]), isGzip: true)
      + deflated(Array(text[middle...]), isGzip: true)
      + deflated([], isGzip: true) + [UInt8](repeating: 0, count: 100)
    for blocks in [[packed], packed.map { [$0] }] {
      let found = decode(blocks, DecoderOptions())
      #expect(found.samples.count == 2000)
      #expect(found.reports == [])
    }
  }

  @Test func `all that comes before the end of a truncated input is used`() {
    let packed = deflated(text, isGzip: true)
    let half = Array(packed[..<(packed.count / 2)])
    let found = decode([half], DecoderOptions(file: "x.gz"))
    #expect(found.codes == ["truncated-compression"])
    #expect(
      found.reports == [
        "warning: x.gz: the compressed data ends in the middle; what comes before is used"
      ])
    #expect(found.samples.count > 500)
    let plain = decode([text], DecoderOptions())
    // Every sample is a whole one: the line that was cut off is not there.
    #expect(found.samples == Array(plain.samples.prefix(found.samples.count)))
    #expect(decode(half.map { [$0] }, DecoderOptions(file: "x.gz")).samples == found.samples)
  }

  @Test func `a truncated input is an error when strict`() {
    var options = DecoderOptions()
    options.isStrict = true
    let packed = deflated(text, isGzip: true)
    let found = decode([Array(packed.dropLast(4))], options)
    #expect(found.reports.first?.hasPrefix("error: ") == true)
  }

  @Test func `damage is reported and what comes before it is used`() {
    var packed = deflated(text, isGzip: true)
    for place in packed.count / 2..<packed.count / 2 + 20 { packed[place] ^= 0xff }
    let found = decode([packed], DecoderOptions())
    #expect(found.codes.contains("corrupt-compression"))
    #expect(found.samples.count > 100)
  }

  @Test func `bytes behind the last member are reported and left out`() {
    let found = decode([deflated(text, isGzip: true) + Array("up 1\n".utf8)], DecoderOptions())
    #expect(found.samples.count == 2000)
    #expect(found.codes == ["trailing-bytes"])
  }

  @Test func `a small input that inflates to a large one stays in bounded batches`() {
    let bomb = deflated(Array(repeating: 0x0a, count: 20 << 20), isGzip: true)
    var decoder = SampleDecoder(DecoderOptions(format: .prometheus))
    var batch = SampleBatch()
    decoder.feed(bomb, arrival: arrival)
    let hasSamples = decoder.next(into: &batch)
    #expect(!hasSamples)
    #expect(batch.bytes.capacity <= 4 << 20)
    #expect(decoder.counts.lines == 20 << 20)
  }
}
