import Foundation
import Glibc

/// Tells systemd how the program does, where systemd wants to know (`Type=notify`).
///
/// Source: sd_notify(3): one datagram to the socket that NOTIFY_SOCKET names.
enum ServiceManager {
  /// States that are told.
  enum State: String {
    case ready = "READY=1"
    case stopping = "STOPPING=1"
  }

  /// Tells a state; nothing happens where nobody asked.
  static func tell(_ state: State) {
    guard let path = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"], !path.isEmpty else {
      return
    }
    send(state.rawValue, to: path)
  }

  private static func send(_ text: String, to path: String) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var name = Array(path.utf8)
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
    // An abstract socket begins with a zero byte, which is written as @.
    if name[0] == UInt8(ascii: "@") { name[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        Array(text.utf8).withUnsafeBytes { bytes in
          sendto(descriptor, bytes.baseAddress, bytes.count, 0, address, length)
        }
      }
    }
  }
}
