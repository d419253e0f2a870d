import Foundation
import NIOSSL
import Synchronization

/// Whom a target over https may be, and what is shown to it.
public struct ScrapeTLS: Sendable, Hashable {
  /// File of the authorities that vouch for the target, PEM; nil for those of the machine.
  public var authorityFile: String?
  /// File of the certificate chain that the target is shown, PEM; nil shows none.
  public var certificateFile: String?
  /// File of its key, PEM, without a password; nil where there is no certificate.
  public var keyFile: String?
  /// Whether the target may be anybody: neither its authority nor its name is looked at.
  public var skipsVerification: Bool

  /// What differs from the defaults.
  public init(
    authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil,
    skipsVerification: Bool = false
  ) {
    self.authorityFile = authorityFile
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.skipsVerification = skipsVerification
  }
}

/// The certificates and keys of targets, read anew for each scrape: files may be rotated.
final class ScrapeCertificates: Sendable {
  /// What the files of one target hold; nil for those that are not named.
  private struct Contents: Equatable {
    var authority: Data?
    var certificate: Data?
    var key: Data?
  }

  private struct Known {
    var contents: Contents
    var configuration: TLSConfiguration
  }

  private let known = Mutex<[ScrapeTLS: Known]>([:])

  /// What `tls` comes to now.
  ///
  /// Equal files give an equal configuration, so that connections are used again.
  /// - Throws: `ScrapeError` when a file cannot be read or holds something else.
  func configuration(_ tls: ScrapeTLS) throws(ScrapeError) -> TLSConfiguration {
    let contents = Contents(
      authority: try read(tls.authorityFile), certificate: try read(tls.certificateFile),
      key: try read(tls.keyFile))
    if let found = known.withLock({ $0[tls] }), found.contents == contents {
      return found.configuration
    }
    let configuration = try parse(contents, tls)
    known.withLock { $0[tls] = Known(contents: contents, configuration: configuration) }
    return configuration
  }

  private func read(_ path: String?) throws(ScrapeError) -> Data? {
    guard let path else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ScrapeError(.badCertificate, "\(path) cannot be read")
    }
    return data
  }

  private func parse(_ contents: Contents, _ tls: ScrapeTLS) throws(ScrapeError) -> TLSConfiguration
  {
    var configuration = TLSConfiguration.makeClientConfiguration()
    if let authority = contents.authority {
      configuration.trustRoots = .certificates(try certificates(authority, tls.authorityFile))
    }
    if let chain = contents.certificate {
      configuration.certificateChain = try certificates(chain, tls.certificateFile)
        .map { .certificate($0) }
    }
    if let key = contents.key {
      guard let key = try? NIOSSLPrivateKey(bytes: Array(key), format: .pem) else {
        throw ScrapeError(
          .badCertificate, "expected a private key without a password in \(tls.keyFile ?? ""), PEM")
      }
      configuration.privateKey = .privateKey(key)
    }
    if tls.skipsVerification { configuration.certificateVerification = .none }
    return configuration
  }

  private func certificates(
    _ data: Data, _ path: String?
  ) throws(ScrapeError) -> [NIOSSLCertificate] {
    guard let found = try? NIOSSLCertificate.fromPEMBytes(Array(data)), !found.isEmpty else {
      throw ScrapeError(.badCertificate, "expected certificates in \(path ?? ""), PEM")
    }
    return found
  }
}
