import Foundation
import Glibc

/// The Unix socket beside a store: who has the store in use listens on it.
///
/// The file is open to its own user alone. One that nobody listens on, as a kill leaves it, is replaced.
final class HandOverSocket: Sendable {
  private let descriptor: CInt
  private let path: String

  /// Where it lies for a store.
  static func path(besideStore store: String) -> String { store + ".socket" }

  /// Why there is no socket.
  struct Failure: Error, CustomStringConvertible {
    var path: String
    var number: Int32
    var description: String { "\(path): \(String(cString: strerror(number)))" }
  }

  /// Listens at `path`, where nobody does.
  init(listeningAt path: String) throws(Failure) {
    self.path = path
    unlink(path)
    descriptor = try Self.socket(path)
    let bound = Self.withAddress(path) { bind(descriptor, $0, $1) }
    guard bound == 0, chmod(path, 0o600) == 0, listen(descriptor, 4) == 0 else {
      let number = errno
      close(descriptor)
      throw Failure(path: path, number: number)
    }
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  deinit { close(descriptor) }

  /// Lets nobody find the socket any more.
  func remove() { unlink(path) }

  /// The next process that knocks; nil when none does.
  func accept() -> Conversation? {
    let accepted = Glibc.accept(descriptor, nil, nil)
    guard accepted >= 0 else { return nil }
    _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
    return Conversation(accepted)
  }

  /// A conversation with whoever listens at `path`; nil when nobody does.
  static func connect(to path: String) -> Conversation? {
    guard let descriptor = try? socket(path) else { return nil }
    guard withAddress(path, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
      close(descriptor)
      return nil
    }
    return Conversation(descriptor)
  }

  private static func socket(_ path: String) throws(Failure) -> CInt {
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(path: path, number: errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  /// Calls `body` with the address of `path`; of one that is too long by way of its folder.
  ///
  /// Source: unix(7), a path has 107 bytes at most.
  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> CInt {
    var address = sockaddr_un()
    let room = MemoryLayout.size(ofValue: address.sun_path) - 1
    var name = path
    var folder: CInt = -1
    defer { if folder >= 0 { close(folder) } }
    if name.utf8.count > room {
      let parent = (path as NSString).deletingLastPathComponent
      folder = open(parent.isEmpty ? "." : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      name = "/proc/self/fd/\(folder)/\((path as NSString).lastPathComponent)"
    }
    guard name.utf8.count <= room else {
      errno = ENAMETOOLONG
      return -1
    }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name.utf8) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }
}
