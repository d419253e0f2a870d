import Glibc

/// A connection over a Unix socket on which lines go to and fro; a line may bring a descriptor along.
final class Conversation: Sendable {
  private let descriptor: CInt

  /// Longest line, in bytes.
  private static let lineBytesMax = 512

  /// A conversation over a connected socket, which it closes in the end.
  init(_ descriptor: CInt) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// What was heard.
  enum Heard {
    /// A line, and the descriptor that came along.
    case line(String, CInt?)
    /// Nothing within the time.
    case nothing
    /// The other process is gone, or speaks another language.
    case end
  }

  /// Sends a line; false when nobody is there.
  func say(_ line: String, with passed: CInt? = nil) -> Bool {
    var bytes = Array((line + "\n").utf8)
    let count = bytes.count
    let sent = bytes.withUnsafeMutableBytes { bytes in
      var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
      return withUnsafeMutablePointer(to: &part) { part in
        var message = msghdr()
        message.msg_iov = part
        message.msg_iovlen = 1
        guard let passed else { return sendmsg(descriptor, &message, Flags.noSignal) }
        var rights = Rights(descriptor: passed)
        return withUnsafeMutableBytes(of: &rights) { rights in
          message.msg_control = rights.baseAddress
          message.msg_controllen = rights.count
          return sendmsg(descriptor, &message, Flags.noSignal)
        }
      }
    }
    return sent == count
  }

  /// Waits `milliseconds` at most for a line; the other side writes each at once.
  func hear(within milliseconds: CInt) -> Heard {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let ready = Glibc.poll(&poll, 1, milliseconds)
    guard ready != 0 else { return .nothing }
    if ready < 0 { return errno == EINTR ? .nothing : .end }
    var bytes = [UInt8](repeating: 0, count: Self.lineBytesMax)
    var rights = Rights(descriptor: -1)
    var controlBytes = 0
    let count = bytes.withUnsafeMutableBytes { bytes in
      var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
      return withUnsafeMutablePointer(to: &part) { part in
        withUnsafeMutableBytes(of: &rights) { rights in
          var message = msghdr()
          message.msg_iov = part
          message.msg_iovlen = 1
          message.msg_control = rights.baseAddress
          message.msg_controllen = rights.count
          let count = recvmsg(descriptor, &message, Flags.closeOnExecute)
          controlBytes = message.msg_controllen
          return count
        }
      }
    }
    let isPassed = controlBytes >= Rights.length && rights.type == Rights.descriptors
    let passed = isPassed ? rights.descriptor : nil
    guard count > 0, bytes[count - 1] == UInt8(ascii: "\n"),
      let line = String(validating: bytes[..<(count - 1)], as: UTF8.self)
    else {
      if let passed { close(passed) }
      return .end
    }
    return .line(line, passed)
  }

  /// Waits until the other process is gone; false when it is still there after `milliseconds`.
  func hearsEnd(within milliseconds: CInt) -> Bool {
    if case .end = hear(within: milliseconds) { true } else { false }
  }
}

/// Flags that Glibc has as an enumeration.
private enum Flags {
  static let noSignal: CInt = 0x4000
  static let closeOnExecute: CInt = 0x4000_0000
}

/// One descriptor as ancillary data, in memory as `cmsg(3)` lays it out on 64-bit Linux.
private struct Rights {
  var length = Self.length
  var level = CInt(SOL_SOCKET)
  var type = Self.descriptors
  var descriptor: CInt
  private var padding: CInt = 0

  /// The head and the descriptor, without what fills up to the next word.
  static let length = 20
  /// SCM_RIGHTS.
  static let descriptors: CInt = 1

  init(descriptor: CInt) { self.descriptor = descriptor }
}
