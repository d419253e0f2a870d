import Glibc

/// Why the server cannot listen at its address.
public struct ListenError: Error, Hashable, CustomStringConvertible {
  /// Where it was to listen.
  public let address: ServerConfiguration.Address
  /// The system's reason, an `errno`.
  public let reason: CInt

  /// What is wrong and what to do.
  public var description: String {
    switch reason {
    case EADDRINUSE:
      "\(address) is taken, as something listens there already; stop it, or listen somewhere else "
        + "(if it is tocsin with this store: tocsin run --take-over)"
    case EADDRNOTAVAIL: "\(address) is no address of this machine"
    case EACCES: "\(address) needs more rights; ports below 1024 are the system's"
    default:
      "\(address) cannot be listened on: "
        + (strerror(reason).map { String(cString: $0) } ?? "error \(reason)")
    }
  }
}
