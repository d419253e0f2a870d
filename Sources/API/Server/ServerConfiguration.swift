public import Evaluation
public import Model
public import NIOSSL

/// How the server is reached and what it allows.
public struct ServerConfiguration: Sendable {
  /// A host and a port to listen on.
  public struct Address: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address; IPv6 without brackets.
    public var host: String
    /// 0 lets the system choose.
    public var port: Int

    /// The address `host:port`.
    public init(host: String, port: Int) {
      self.host = host
      self.port = port
    }

    /// Reads `127.0.0.1:9095`, `[::1]:9095` or `:9095`, which is every address; nil when it is none.
    public init?(_ text: String) {
      guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
        (0...65_535).contains(port)
      else { return nil }
      var host = String(text[..<colon])
      if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
      self.init(host: host.isEmpty ? "0.0.0.0" : host, port: port)
    }

    /// True when only this machine can reach it.
    public var isLoopback: Bool {
      host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    /// `host:port`, an IPv6 address in brackets.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
  }

  /// Where to listen.
  public var address: Address
  /// A socket that listens already, as another process handed it over; nil makes one at `address`.
  public var socket: CInt?
  /// Bounds on what clients may ask.
  public var limits = ServerLimits()
  /// Who may use it, asked anew at each request.
  public var access: @Sendable () -> AccessList = { AccessList() }
  /// TLS, mutual or not; nil is plain HTTP.
  public var tls: TLSConfiguration?
  /// What program this is.
  public var build: BuildInfo
  /// The clock, for samples without a time and queries that name none.
  public var clock: @Sendable () -> Timestamp
  /// The configuration in force as YAML, secrets masked.
  public var shown: @Sendable () -> String = { "" }
  /// What pages are made of beside their HTML.
  public var assets = PageAssets(style: "", script: "")
  /// Experimental parts of the query language that are on.
  public var evaluation = EvaluationOptions()

  /// A server at `address`.
  public init(address: Address, build: BuildInfo, clock: @escaping @Sendable () -> Timestamp) {
    self.address = address
    self.build = build
    self.clock = clock
  }
}
