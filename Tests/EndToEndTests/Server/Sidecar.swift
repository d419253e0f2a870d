import Foundation
import Glibc

/// A running `tocsin run --listen` on a port that the system chose.
final class Sidecar {
  let running: Running
  let port: Int

  /// Starts the server; nil when it does not come up.
  init?(_ arguments: [String], in folder: ScratchFolder) throws {
    let process = try Running(["run"] + arguments, in: folder)
    running = process
    var found: Int?
    let isUp = process.wait {
      found = Self.port(in: process.errors)
      return found != nil || !process.isRunning
    }
    guard isUp, let found else {
      process.send(SIGKILL)
      return nil
    }
    port = found
  }

  private static func port(in log: String) -> Int? {
    guard let line = log.split(separator: "\n").first(where: { $0.contains("port=") }),
      let start = line.firstRange(of: "port=")
    else { return nil }
    return Int(line[start.upperBound...].prefix { $0.isNumber })
  }

  /// What came back: the status, 0 for no answer, and the text.
  struct Answer: Sendable {
    var status: Int
    var text: String

    var json: JSON { (try? JSON(parsing: text)) ?? .null }
  }

  /// Asks on a connection of its own and waits for the answer.
  func ask(
    _ path: String, _ method: String = "GET", body: Data = Data(), headers: [String: String] = [:]
  ) throws -> Answer {
    try Self.ask(port, path, method, body: body, headers: headers)
  }

  /// Asks whoever listens on `port`.
  ///
  /// A plain socket: what is sent is what the test says, also where no client would send it.
  static func ask(
    _ port: Int, _ path: String, _ method: String = "GET", body: Data = Data(),
    headers: [String: String] = [:]
  ) throws -> Answer {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
    defer { close(descriptor) }
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else { return Answer(status: 0, text: "") }
    var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
    head += "Content-Length: \(body.count)\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    send(Data((head + "\r\n").utf8) + body, to: descriptor)
    return Answer(reading: receive(from: descriptor))
  }

  private static func send(_ data: Data, to descriptor: Int32) {
    var rest = data[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
      // A server that has refused already may be gone.
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private static func receive(from descriptor: Int32) -> Data {
    var answer = Data()
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(descriptor, &block, block.count, 0)
      guard count > 0 else { return answer }
      answer.append(contentsOf: block[..<count])
    }
  }

  /// Pushes lines to whoever listens on `port`.
  static func push(_ text: String, to port: Int) throws -> Answer {
    try ask(port, "/api/v1/ingest", "POST", body: Data(text.utf8))
  }

  /// Pushes lines.
  func push(_ text: String, headers: [String: String] = [:]) throws -> Answer {
    try ask("/api/v1/ingest", "POST", body: Data(text.utf8), headers: headers)
  }
}

extension Sidecar.Answer {
  /// The status and the body of an answer whose end is the end of its connection.
  fileprivate init(reading data: Data) {
    let text = String(decoding: data, as: UTF8.self)
    let parts = text.split(separator: " ", maxSplits: 2)
    let body = text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) }
    self.init(status: parts.count > 1 ? Int(parts[1]) ?? 0 : 0, text: body ?? "")
  }
}
