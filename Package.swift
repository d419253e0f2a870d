// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The floors of the house: an import points down only (Tests/TidyTests reads this table and proves it).
// TOCSIN_FLOOR=N builds and tests floors 0...N alone, with only the outside packages they need:
// `TOCSIN_FLOOR=2 swift test` takes a fraction of a full build.
let topFloor = Context.environment["TOCSIN_FLOOR"].flatMap { Int($0) } ?? 7

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// The READMEs and protobuf schemas of a target, which SwiftPM wants to hear are not source.
func readmes(of target: String) -> [String] {
  let folder = "\(Context.packageDirectory)/Sources/\(target)"
  let paths = try? FileManager.default.subpathsOfDirectory(atPath: folder)
  return (paths ?? []).filter { $0.hasSuffix("README.md") || $0.hasSuffix(".proto") }.sorted()
}

/// A library of one floor and its test target, or nothing when the floor is above `topFloor`.
func library(
  floor: Int, _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [],
  tests: [Target.Dependency] = []
) -> [Target] {
  guard floor <= topFloor else { return [] }
  return [
    .target(
      name: name, dependencies: dependencies, exclude: readmes(of: name), resources: resources,
      swiftSettings: settings),
    .testTarget(
      name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies + tests,
      exclude: goldens(of: name), swiftSettings: settings),
  ]
}

/// The folder of outputs that the tests of a target are held against, where there is one.
func goldens(of target: String) -> [String] {
  let folder = "\(Context.packageDirectory)/Tests/\(target)Tests/Golden"
  return FileManager.default.fileExists(atPath: folder) ? ["Golden"] : []
}

/// A program of floor 7.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> [Target] {
  guard topFloor >= 7 else { return [] }
  return [
    .executableTarget(
      name: name, dependencies: dependencies, exclude: readmes(of: name), swiftSettings: settings)
  ]
}

/// A test target that spans several floors.
func suite(floor: Int, _ name: String, _ dependencies: [Target.Dependency]) -> [Target] {
  guard floor <= topFloor else { return [] }
  return [.testTarget(name: name, dependencies: dependencies, swiftSettings: settings)]
}

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(
  name: "HummingbirdTesting", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let unixSignals = Target.Dependency.product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let serviceLifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")

var targets: [Target] = [
  .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
  .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
  // malloc.h, which Glibc leaves out.
  .systemLibrary(name: "CMalloc"),
  // One instruction that Swift has no word for.
  .systemLibrary(name: "CPrefetch"),
]
targets += library(floor: 0, "Statistics", [])
targets += library(floor: 0, "Model", [], tests: ["Statistics"])
targets += library(floor: 1, "Exposition", ["Model", "CZlib"], tests: ["Statistics"])
targets += library(floor: 1, "PromQL", ["Model"], tests: ["Statistics", "RandomExpressions"])
targets += library(floor: 1, "Baselines", ["Model"])
targets += library(
  floor: 2, "Evaluation", ["Model", "PromQL", "Baselines", "CPrefetch"],
  tests: ["Statistics", "RandomExpressions"])
targets += library(floor: 2, "LoadTests", ["Model", "Exposition"])
targets += library(floor: 2, "Logs", ["Model", "Exposition"], tests: ["Statistics", "CZlib"])
targets += library(
  floor: 3, "Rules", ["Model", "PromQL", "Evaluation", yams], tests: ["Statistics"])
targets += library(
  floor: 4, "Incidents", ["Model", "Baselines", "Rules"], tests: ["Statistics"])
targets += library(
  floor: 5, "Engine",
  ["Model", "PromQL", "Baselines", "Evaluation", "Rules", "Incidents", "CZlib"],
  tests: ["Statistics"])
targets += library(
  floor: 5, "Analysis",
  ["Model", "PromQL", "Statistics", "Evaluation", "LoadTests", "Rules", "Incidents"])
targets += library(
  floor: 5, "Wire", ["Model", "Exposition", "CZlib", "CSnappy", "CZstd", protobuf],
  tests: ["Statistics"])
targets += library(
  floor: 6, "Sources",
  ["Model", "Exposition", "Logs", httpClient, nioCore, nioHTTP1, nioSSL, logging],
  tests: ["CZlib"])
targets += library(floor: 6, "Storage", ["Model", "Incidents", "CZlib", grdb])
targets += library(
  floor: 6, "Reports",
  ["Model", "Statistics", "Evaluation", "LoadTests", "Rules", "Incidents", "Engine", "Analysis"])
targets += library(
  floor: 6, "Notifications",
  [
    "Model", "Rules", "Incidents", httpClient, nioCore, nioPosix, nioHTTP1, nioSSL, crypto, logging,
  ], tests: ["Statistics"])
targets += library(
  floor: 6, "API",
  [
    "Model", "Exposition", "PromQL", "Baselines", "Evaluation", "Rules", "Incidents", "Engine",
    "Wire", hummingbird, hummingbirdCore, hummingbirdTLS, httpTypes, nioCore, nioHTTP1,
    nioHTTPTypes, nioPosix, nioSSL, crypto, logging,
  ], tests: [hummingbirdTesting, nioEmbedded])
targets += program(
  "tocsin",
  [
    "Model", "Exposition", "PromQL", "Baselines", "Evaluation", "Rules", "Incidents", "Engine",
    "Analysis", "LoadTests", "Logs", "Wire", "Sources", "Storage", "Reports", "Notifications",
    "API", "CMalloc", serviceLifecycle, unixSignals, logging, nioSSL, argumentParser,
  ])
targets += program(
  "tocsin-conformance",
  [
    "Model", "Statistics", "Exposition", "PromQL", "Baselines", "Evaluation", "Rules", "Incidents",
    "Engine", logging, argumentParser,
  ])
targets += program("tocsin-fixtures", ["Model", "Statistics", argumentParser])
// Random trees for the tests of floors 1 and 2.
if topFloor >= 1 {
  targets.append(
    .target(
      name: "RandomExpressions", dependencies: ["Model", "PromQL", "Statistics"],
      path: "Tests/RandomExpressions", swiftSettings: settings))
}
// What a fuzzer feeds (Fuzz/, `make fuzz`), and the short seeded run of the same in the tests.
if topFloor >= 5 {
  targets.append(
    .target(
      name: "FuzzTargets",
      dependencies: ["Model", "Exposition", "Logs", "PromQL", "Rules", "Engine", "Wire"],
      path: "Tests/FuzzTargets", swiftSettings: settings))
}
targets += suite(floor: 5, "FuzzTests", ["FuzzTargets", "Statistics"])
targets += suite(floor: 0, "TidyTests", [])
targets += suite(floor: 7, "EndToEndTests", ["tocsin", "tocsin-conformance", "Statistics"])

var dependencies: [Package.Dependency] = []
if topFloor >= 3 {
  dependencies.append(.package(url: "https://github.com/jpsim/Yams", from: "6.2.2"))
}
if topFloor >= 5 {
  dependencies.append(.package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"))
}
if topFloor >= 6 {
  dependencies += [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ]
}
if topFloor >= 7 {
  dependencies += [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ]
}

var products: [Product] = []
if topFloor >= 5 {
  // For the package in Benchmarks, which sees the core, the store and nothing else.
  let core = [
    "Model", "Statistics", "Exposition", "PromQL", "Baselines", "Evaluation", "Rules", "Incidents",
  ]
  products.append(.library(name: "TocsinCore", targets: core + ["Engine"]))
  products.append(.library(name: "FuzzTargets", targets: ["FuzzTargets"]))
}
if topFloor >= 6 {
  products.append(.library(name: "TocsinStorage", targets: ["Storage"]))
}
if topFloor >= 7 {
  products += ["tocsin", "tocsin-conformance", "tocsin-fixtures"]
    .map { .executable(name: $0, targets: [$0]) }
}

let package = Package(
  name: "tocsin",
  products: products,
  dependencies: dependencies,
  targets: targets
)
