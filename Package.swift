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

/// The READMEs of a target, which SwiftPM wants to hear are not source.
func readmes(of target: String) -> [String] {
  let folder = "\(Context.packageDirectory)/Sources/\(target)"
  let paths = try? FileManager.default.subpathsOfDirectory(atPath: folder)
  return (paths ?? []).filter { $0.hasSuffix("README.md") }.sorted()
}

/// A library of one floor and its test target, or nothing when the floor is above `topFloor`.
func library(
  floor: Int, _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> [Target] {
  guard floor <= topFloor else { return [] }
  return [
    .target(
      name: name, dependencies: dependencies, exclude: readmes(of: name), resources: resources,
      swiftSettings: settings),
    .testTarget(
      name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies,
      swiftSettings: settings),
  ]
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

var targets: [Target] = [.systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])])]
targets += library(floor: 0, "Model", [])
targets += library(floor: 1, "Exposition", ["Model", "CZlib"])
targets += library(floor: 1, "PromQL", ["Model"])
targets += library(floor: 1, "Baselines", ["Model"])
targets += library(floor: 2, "Evaluation", ["Model", "PromQL", "Baselines"])
targets += library(floor: 3, "Rules", ["Model", "PromQL", "Evaluation", yams])
targets += library(floor: 4, "Incidents", ["Model", "Baselines", "Rules"])
targets += library(
  floor: 5, "Engine", ["Model", "PromQL", "Baselines", "Evaluation", "Rules", "Incidents", "CZlib"])
targets += library(floor: 6, "Sources", ["Model", "Exposition"])
targets += library(floor: 6, "Storage", ["Model", "Incidents", "CZlib", grdb])
targets += library(floor: 6, "Reports", ["Model", "Incidents"])
targets += program(
  "tocsin",
  [
    "Model", "Exposition", "PromQL", "Baselines", "Evaluation", "Rules", "Incidents", "Engine",
    "Sources", "Storage", "Reports", argumentParser,
  ])
targets += program(
  "tocsin-conformance",
  [
    "Model", "Exposition", "PromQL", "Baselines", "Evaluation", "Rules", "Incidents", "Engine",
    argumentParser,
  ])
targets += program("tocsin-fixtures", ["Model", argumentParser])
targets += suite(floor: 0, "TidyTests", [])
targets += suite(floor: 7, "EndToEndTests", ["tocsin"])

var dependencies: [Package.Dependency] = []
if topFloor >= 3 {
  dependencies.append(.package(url: "https://github.com/jpsim/Yams", from: "6.2.2"))
}
if topFloor >= 6 {
  dependencies.append(.package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"))
}
if topFloor >= 7 {
  dependencies.append(
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"))
}

var products: [Product] = []
if topFloor >= 5 {
  // For the package in Benchmarks, which sees the core and nothing above it.
  let core = ["Model", "Exposition", "PromQL", "Baselines", "Evaluation", "Rules", "Incidents"]
  products.append(.library(name: "TocsinCore", targets: core + ["Engine"]))
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
