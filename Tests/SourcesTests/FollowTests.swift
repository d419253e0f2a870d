import Exposition
import Foundation
import Model
import Sources
import Testing

struct FollowTests {
  /// All that can be read now, as text.
  private func drain(_ file: inout FollowedFile) throws(SourceError) -> String {
    var bytes: [UInt8] = []
    while let block = try file.read(upTo: 5) { bytes += block }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `a directory is refused`() throws {
    let scratch = try Scratch()
    var file = FollowedFile(path: scratch.path)
    var code: SourceError.Code?
    do throws(SourceError) {
      _ = try file.read(upTo: 10)
    } catch {
      code = error.code
    }
    #expect(code == .directory)
  }

  @Test func `a file is read as it grows, from its late creation on`() throws {
    let scratch = try Scratch()
    var file = FollowedFile(path: scratch.file("log"))
    var found = try drain(&file)
    #expect(found == "")
    let start = file.position
    #expect(start == nil)
    try scratch.write("one\ntw", to: "log")
    found = try drain(&file)
    #expect(found == "one\ntw")
    try scratch.append("o\n", to: "log")
    found = try drain(&file)
    #expect(found == "o\n")
    let offset = file.position?.offset
    #expect(offset == 8)
  }

  @Test func `rotation by rename loses nothing`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("one\n", to: "log")
    var file = FollowedFile(path: path)
    var found = try drain(&file)
    #expect(found == "one\n")
    try scratch.append("two\nunfinished", to: "log")
    try FileManager.default.moveItem(atPath: path, toPath: scratch.file("log.1"))
    // The old file is still written to while there is no new one.
    found = try drain(&file)
    #expect(found == "two\nunfinished")
    try scratch.append(", late", to: "log.1")
    try scratch.write("three\n", to: "log")
    found = try drain(&file)
    #expect(found == ", late\nthree\n")
    let offset = file.position?.offset
    #expect(offset == 6)
  }

  @Test func `truncation starts over`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("a long first line\n", to: "log")
    var file = FollowedFile(path: path)
    var found = try drain(&file)
    #expect(found == "a long first line\n")
    #expect(truncate(path, 0) == 0)
    try scratch.append("next\n", to: "log")
    found = try drain(&file)
    #expect(found == "next\n")
  }

  @Test func `a position is taken up again, in the same file only`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("one\ntwo\n", to: "log")
    var file = FollowedFile(path: path)
    _ = try file.read(upTo: 4)
    let reached = file.position
    let position = try #require(reached)
    var again = FollowedFile(path: path, resumingAt: position)
    var found = try drain(&again)
    #expect(found == "two\n")
    try FileManager.default.moveItem(atPath: path, toPath: scratch.file("log.1"))
    try scratch.write("three\n", to: "log")
    var other = FollowedFile(path: path, resumingAt: position)
    found = try drain(&other)
    #expect(found == "three\n")
  }

  /// Takes deliveries until `count` rows are there.
  private func receive(_ count: Int, from pipe: DeliveryPipe) throws -> [String] {
    var delivery = Delivery()
    var found: [String] = []
    while found.count < count {
      guard try pipe.receive(into: &delivery) else { break }
      found += rows(delivery.batch)
    }
    return found
  }

  /// The place behind a block, which is told once all of the block was handed over.
  private func positionBehindBlock(from pipe: DeliveryPipe) throws -> FilePosition? {
    var delivery = Delivery()
    while try pipe.receive(into: &delivery), delivery.batch.count > 0 {}
    return delivery.progress.first?.position
  }

  private func live(
    _ path: String, at position: FilePosition? = nil, follows: Bool = true
  ) -> DeliveryPipe {
    InputReader.live(
      [path], DecoderOptions(), follows: follows, positions: position.map { [path: $0] } ?? [:],
      clock: { arrival }, pollMilliseconds: 1)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a followed table goes on after a restart, with its header and its unfinished row`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("time,cpu\n1,10\n2,20\n3,3", to: "t.csv")
    let first = live(path)
    let rows = try receive(2, from: first)
    let position = try positionBehindBlock(from: first)
    first.cancel()
    #expect(rows == ["cpu 10.0 1000", "cpu 20.0 2000"])
    #expect(position?.offset == 19)
    try scratch.append("0\n4,40\n", to: "t.csv")
    let second = live(path, at: position)
    #expect(try receive(2, from: second) == ["cpu 30.0 3000", "cpu 40.0 4000"])
    second.cancel()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a named pipe stays open when its writer leaves`() throws {
    let scratch = try Scratch()
    let path = scratch.file("fifo")
    #expect(mkfifo(path, 0o600) == 0)
    let pipe = live(path)
    for value in 1...2 {
      let writer = open(path, O_WRONLY)
      let text = Array("up \(value)\n".utf8)
      #expect(write(writer, text, text.count) == text.count)
      close(writer)
      #expect(try receive(1, from: pipe) == ["up \(value).0 77"])
    }
    pipe.cancel()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a named pipe that is not followed ends with its last writer`() throws {
    let scratch = try Scratch()
    let path = scratch.file("fifo")
    #expect(mkfifo(path, 0o600) == 0)
    let pipe = live(path, follows: false)
    let writer = open(path, O_WRONLY)
    let text = Array("up 1\nup 2".utf8)
    #expect(write(writer, text, text.count) == text.count)
    close(writer)
    #expect(try receiveAll(pipe).rows == ["up 1.0 77", "up 2.0 77"])
  }

  @Test(.timeLimit(.minutes(1)))
  func `a file that is not followed ends`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("up 1\nup 2", to: "in.prom")
    let found = try receiveAll(live(path, follows: false))
    #expect(found.rows == ["up 1.0 77", "up 2.0 77"])
  }
}
