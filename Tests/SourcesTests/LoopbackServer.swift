import Foundation
import Synchronization

/// A plain HTTP server on a free port of the loopback interface: one answer a connection.
final class LoopbackServer: Sendable {
  /// What a request asked.
  struct Request: Sendable {
    var path: String
    /// By lower-case name.
    var headers: [String: String]
  }

  /// What is answered; `pieces` go out one by one, with a pause between them.
  struct Answer: Sendable {
    var status = "200 OK"
    var headers: [String: String] = [:]
    var pieces: [[UInt8]] = [[]]
    var pauseMilliseconds: UInt32 = 0

    static func text(_ text: String) -> Answer { Answer(pieces: [Array(text.utf8)]) }
  }

  let port: Int
  private let listener: Int32
  private let answer: @Sendable (Request) -> Answer

  init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
    self.answer = answer
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isBound else { throw CocoaError(.fileWriteUnknown) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [answer] in
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection < 0 { return }
        Thread.detachNewThread { Self.serve(connection, answer) }
      }
    }
  }

  deinit { stop() }

  /// Refuses connections from here on.
  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  /// The address of `path`.
  func url(_ path: String = "/metrics") -> String { "http://127.0.0.1:\(port)\(path)" }

  private static func serve(_ connection: Int32, _ answer: (Request) -> Answer) {
    defer { close(connection) }
    var head: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: head, as: UTF8.self).contains("\r\n\r\n") {
      let count = recv(connection, &block, block.count, 0)
      if count <= 0 { return }
      head += block[..<count]
    }
    let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 {
        headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    let reply = answer(Request(path: String(words[1]), headers: headers))
    var text = "HTTP/1.1 \(reply.status)\r\nConnection: close\r\n"
    for (name, value) in reply.headers.sorted(by: { $0.key < $1.key }) {
      text += "\(name): \(value)\r\n"
    }
    for (index, piece) in ([Array((text + "\r\n").utf8)] + reply.pieces).enumerated() {
      if index > 1 { usleep(reply.pauseMilliseconds * 1000) }
      guard send(connection, piece, piece.count, Int32(MSG_NOSIGNAL)) == piece.count else { return }
    }
  }
}
