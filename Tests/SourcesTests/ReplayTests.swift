import Exposition
import Foundation
import Model
import Sources
import Testing

struct ReplayTests {
  @Test func `inputs that cannot be opened say why`() throws {
    let scratch = try Scratch()
    func code(_ path: String) -> SourceError.Code? {
      do throws(SourceError) {
        _ = try FileInput(path: path, DecoderOptions(), arrival: arrival)
        return nil
      } catch {
        #expect(error.diagnostic.level == .error)
        return error.code
      }
    }
    #expect(code(scratch.path) == .directory)
    #expect(code(scratch.file("none")) == .missing)
    #expect(code(scratch.file("none") + "/below") == .missing)
    let secret = try scratch.write("up 1\n", to: "secret")
    #expect(chmod(secret, 0) == 0)
    // The superuser may read everything.
    #expect(code(secret) == (geteuid() == 0 ? nil : .forbidden))
    #expect(
      SourceError(.directory, path: "/tmp").message
        == "\"/tmp\" is a directory, want a file, a pipe or - for standard input")
    #expect(SourceError(.missing, path: "x").message == "no such file \"x\"")
  }

  @Test func `an error ends the pipe`() throws {
    let scratch = try Scratch()
    let pipe = InputReader.replay([scratch.path], DecoderOptions(), arrival: arrival)
    #expect(throws: SourceError(.directory, path: scratch.path, number: EISDIR)) {
      _ = try receiveAll(pipe)
    }
  }

  @Test(arguments: ["", "\n\n", "# nothing\n"])
  func `an empty file is an empty input`(_ text: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(text, to: "empty")
    let found = try receiveAll(InputReader.replay([path], DecoderOptions(), arrival: arrival))
    #expect(found.rows == [])
    #expect(found.reports == [])
  }

  @Test func `rows of several files come by time, then by file, then by line`() throws {
    let scratch = try Scratch()
    let first = try scratch.write("a 1 1000\na 2 3000\na 3 2000\na 4 5000\n", to: "first.prom")
    let second = try scratch.write("b 1 1000\nb 2 2500\nb 3 5000\nb x\n", to: "second.prom")
    let third = try scratch.write(
      """
      {"ts":2600,"change":{"service":"api","kind":"scale"}}
      {"ts":2700,"c":1}
      """, to: "third.jsonl")
    var options = DecoderOptions()
    options.limits.blockBytesMax = 64
    let want = [
      "a 1.0 1000", "b 1.0 1000", "b 2.0 2500", "a 2.0 3000", "a 3.0 2000", "a 4.0 5000",
      "b 3.0 5000", "c 1.0 2700000",
    ]
    for blockBytes in [1, 7, 1 << 16] {
      let pipe = InputReader.replay(
        [first, second, third], options, arrival: arrival, blockBytes: blockBytes)
      let found = try receiveAll(pipe)
      #expect(found.rows == want)
      #expect(found.changes.map(\.service) == ["api"])
      #expect(found.reports == ["expected a number, found \"x\""])
    }
  }

  @Test func `merging keeps memory bounded and every row`() throws {
    let scratch = try Scratch()
    var random = SystemRandomNumberGenerator()
    var paths: [String] = []
    var want: [(time: Int, file: Int, row: String)] = []
    for file in 0..<4 {
      var text = ""
      var time = 1_700_000_000_000
      for index in 0..<5000 {
        time += Int.random(in: 0...20, using: &random)
        text += "m\(file)_of_a_name_that_is_long{index=\"\(index)\"} 1 \(time)\n"
        want.append((time, file, "m\(file)_of_a_name_that_is_long{index=\"\(index)\"} 1.0 \(time)"))
      }
      paths.append(try scratch.write(text, to: "\(file).prom"))
    }
    let sorted = want.enumerated().sorted {
      ($0.element.time, $0.element.file, $0.offset) < ($1.element.time, $1.element.file, $1.offset)
    }
    let input = try MergedInput(
      paths: paths, DecoderOptions(), arrival: arrival, blockBytes: 4096, rowsMax: 500)
    var delivery = Delivery()
    var found: [String] = []
    while try input.next(into: &delivery) {
      #expect(delivery.batch.count <= 500)
      found += rows(delivery.batch)
    }
    #expect(found == sorted.map(\.element.row))
    #expect(delivery.progress.map(\.samples) == [5000, 5000, 5000, 5000])
    #expect(delivery.progress.allSatisfy { $0.bytes == $0.bytesTotal })
  }

  @Test func `a named pipe is read to its end`() throws {
    let scratch = try Scratch()
    let path = scratch.file("fifo")
    #expect(mkfifo(path, 0o600) == 0)
    let pipe = InputReader.replay([path], DecoderOptions(), arrival: arrival)
    let writer = open(path, O_WRONLY)
    let text = Array("up 1\nup 2\n".utf8)
    #expect(write(writer, text, text.count) == text.count)
    close(writer)
    #expect(try receiveAll(pipe).rows == ["up 1.0 77", "up 2.0 77"])
  }

  @Test func `a cancelled pipe lets its reader go`() throws {
    let scratch = try Scratch()
    let line = "up{job=\"api\"} 1 1700000000000\n"
    let path = try scratch.write(String(repeating: line, count: 50_000), to: "long.prom")
    let pipe = InputReader.replay([path], DecoderOptions(), arrival: arrival, blockBytes: 1000)
    var delivery = Delivery()
    #expect(try pipe.receive(into: &delivery))
    pipe.cancel()
    while try pipe.receive(into: &delivery) {}
    #expect(pipe.isCancelled)
  }

  @Test func `a pipe with room for one delivery hands over all of them in order`() throws {
    let pipe = DeliveryPipe(bytesMax: 1)
    let thread = Thread {
      var delivery = Delivery()
      for number in 0..<300 {
        delivery.batch.removeAll()
        delivery.batch.append(labels: ["__name__": "up"], time: arrival, value: Double(number))
        guard pipe.send(&delivery) else { break }
      }
      pipe.finish()
    }
    thread.start()
    var found: [Double] = []
    var delivery = Delivery()
    while try pipe.receive(into: &delivery) { found += delivery.batch.values }
    #expect(found == (0..<300).map(Double.init))
  }

  @Test func `a strict input ends at its first bad line`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("up 1\nup x\nup 2\n", to: "in.prom")
    var options = DecoderOptions()
    options.isStrict = true
    let found = try receiveAll(InputReader.replay([path], options, arrival: arrival))
    #expect(found.rows == ["up 1.0 77"])
    #expect(found.reports == ["expected a number, found \"x\""])
  }
}
