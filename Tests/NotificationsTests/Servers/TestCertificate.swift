import Foundation
import NIOSSL

/// A certificate for localhost and 127.0.0.1 that signs itself; it guards nothing.
enum TestCertificate {
  static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBmjCCAUGgAwIBAgIUVUMrPAPo21t3iXG4sRaQIvNm0s8wCgYIKoZIzj0EAwIw
    FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTE2MzY0NVoYDzIxMjYxMTAx
    MTYzNjQ1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
    PQMBBwNCAAS3qrwP9n3vLqLk/H+jPIX6MEvfYIB8HVOhAEqV2glrPsAKYcCmpeGL
    l1a6OQ/f9aK/Zc4YNtLZt/cWo/U6D19Io28wbTAdBgNVHQ4EFgQUPXfMIrZWNywW
    A+ALgIIFqBGdW+YwHwYDVR0jBBgwFoAUPXfMIrZWNywWA+ALgIIFqBGdW+YwDwYD
    VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
    zj0EAwIDRwAwRAIgbd3yoKksFfAYgOUjqgEj8KQuMvxbycjcVZ5FunFwxnACIHXD
    +dApHDOOARBGHNmB2MLNSly5nsp75xD17SFvLfyC
    -----END CERTIFICATE-----
    """

  static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVt9V0e2CRg2EmT9i
    ECu6fsouOiSIliNgwxHs7DAUOyahRANCAAS3qrwP9n3vLqLk/H+jPIX6MEvfYIB8
    HVOhAEqV2glrPsAKYcCmpeGLl1a6OQ/f9aK/Zc4YNtLZt/cWo/U6D19I
    -----END PRIVATE KEY-----
    """

  static func serverContext() throws -> NIOSSLContext {
    try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: [
          .certificate(try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem))
        ],
        privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))))
  }

  /// A file with the certificate, to be trusted as an authority.
  static func file() throws -> String {
    let path = NSTemporaryDirectory() + "tocsin-test-\(UUID().uuidString).pem"
    try certificate.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }
}
