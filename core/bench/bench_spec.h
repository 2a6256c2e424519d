#pragma once

#include "core/settings/setting.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lorashear {

struct BenchModel {
    std::string name;  ///< in tables; empty in the file: the folder's own
    std::string path, adapter;
};

struct BenchMethod {
    std::string name;  ///< in tables; empty in the file: the id
    std::string id;    ///< in methodTable()
    std::string optionsJson =
        "{}";  ///< as given: what is left out comes from the recipe if it is of this method, else from the table
    std::string changesJson = "{}";       ///< JSON merge patch (RFC 7396) on the recipe, for this method alone
    std::vector<double> withoutRatios{};  ///< of the spec's: what it cannot reach
};

/// What `lorashear bench` compares: one recipe, varied. Field docs and ranges: resources/help/bench.md, from the table in bench_spec.cpp.
struct BenchSpec {
    std::string note, recipe;
    std::string changesJson = "{}";  ///< JSON merge patch on the recipe, for every row
    std::vector<BenchModel> models;  ///< empty: the recipe's, which openBench puts here
    std::vector<BenchMethod> methods;
    std::vector<double> ratios = {0.2};
    std::vector<std::uint64_t> seeds = {1};
    int trainingTokens = 0;  ///< of every job, pruning and recovery together; 0: what the recipe's steps come to
    bool adaptedDense = true;
    std::vector<std::string> chosenOn;  ///< files that settings were chosen on
    std::string countBy;                ///< model whose tokens perplexities are counted in; empty: bench_counting.h decides
    bool keepModels = false;

    static constexpr int kVersion = 1;
};

/// The rows that are no method's. No method may be called so.
inline constexpr const char* kDenseRow = "dense";
inline constexpr const char* kAdaptedRow = "adapted dense";

/// Error(BadRecipe) with the JSON pointer as subject: unknown keys, wrong types, values out of range, names that are used twice, a newer
/// version. Paths stay as they are.
BenchSpec parseBenchSpec(const std::string& text, const std::string& subject);
/// Also makes paths absolute (relative ones count from the file's folder) and fills in names.
BenchSpec loadBenchSpec(const std::filesystem::path& file);
/// Every setting, in order.
std::vector<Setting> benchSettings();
/// The table of resources/help/bench.md: one row a setting.
std::string benchSettingsTable();

}  // namespace lorashear
