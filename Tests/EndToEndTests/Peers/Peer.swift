import Foundation
import FoundationNetworking
import Glibc
import Synchronization

/// A program of Debian's that Tocsin is used with.
enum Peer: String {
  case prometheus, promtool, vmagent, amtool
  case nodeExporter = "prometheus-node-exporter"
  case alertmanager = "prometheus-alertmanager"

  /// Where the programs are unpacked.
  private static let folder = repository + "/.build/peers"

  /// How fetching them ended: 0, or 3 where there is no apt-get.
  private static let status: Int32 = {
    let script = Process()
    script.executableURL = URL(fileURLWithPath: repository + "/Scripts/peers.sh")
    script.arguments = [folder]
    guard (try? script.run()) != nil else { return -1 }
    script.waitUntilExit()
    return script.terminationStatus
  }()

  /// Whether the tests with peers can run: not on machines without apt-get.
  static var isSupported: Bool { status != 3 }

  /// Why the tests are left out.
  static let reason = "Scripts/peers.sh needs apt-get to fetch the programs of Debian's packages"

  var path: String { Self.folder + "/" + rawValue }

  /// Starts the program in `folder`.
  func start(_ arguments: [String], in folder: ScratchFolder) throws -> Company {
    Company(try Running(arguments, in: folder, executable: path))
  }

  /// Runs the program to its end.
  func run(_ arguments: String..., in folder: ScratchFolder) throws -> Outcome {
    try Running(arguments, in: folder, executable: path).outcome()
  }
}

/// A process that ends with its owner.
final class Company {
  let running: Running

  init(_ running: Running) { self.running = running }

  deinit {
    running.send(SIGTERM)
    _ = running.outcome(seconds: 10)
  }
}

/// A port of the loopback interface that nobody listens on now.
func freePort() throws -> Int {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let isBound = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
    }
  }
  guard isBound else { throw POSIXError(.EADDRINUSE) }
  return Int(UInt16(bigEndian: address.sin_port))
}

/// The body that `url` answers with; nil for no answer, or another than 200.
func page(_ url: String) -> String? {
  guard let url = URL(string: url) else { return nil }
  let answer = Answer()
  let task = URLSession.shared.dataTask(with: URLRequest(url: url, timeoutInterval: 5)) {
    data, response, _ in
    let isOK = (response as? HTTPURLResponse)?.statusCode == 200
    answer.complete(isOK ? data.map { String(decoding: $0, as: UTF8.self) } : nil)
  }
  task.resume()
  return answer.wait()
}

/// What a request that runs elsewhere comes to.
private final class Answer: Sendable {
  private let text = Mutex<String?>(nil)
  private let isComplete = DispatchSemaphore(value: 0)

  func complete(_ text: String?) {
    self.text.withLock { $0 = text }
    isComplete.signal()
  }

  func wait() -> String? {
    isComplete.wait()
    return text.withLock { $0 }
  }
}
