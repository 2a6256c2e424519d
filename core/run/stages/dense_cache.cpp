#include "core/run/stages/dense_cache.h"

#include "core/base/hash.h"
#include "core/eval/zero_shot.h"
#include "core/io/atomic_file.h"
#include "core/run/stages/trimmed_vocabulary.h"

#include <ATen/Parallel.h>
#include <torch/version.h>

#include <dlfcn.h>

#include <fstream>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// Sums depend on the instructions that there are.
std::string processorHash() {
    Sha256 hash;
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);) {
        if (line.rfind("model name", 0) != 0 && line.rfind("flags", 0) != 0) continue;
        hash.add(line);
        if (line.rfind("flags", 0) == 0) break;
    }
    return hash.hex();
}

/// Of the file that this code runs from: another build may measure otherwise.
json ownFile() {
    Dl_info about{};
    if (dladdr(reinterpret_cast<const void*>(&ownFile), &about) == 0 || about.dli_fname == nullptr) return nullptr;
    std::error_code problem;
    const auto size = fs::file_size(about.dli_fname, problem);
    const auto written = fs::last_write_time(about.dli_fname, problem).time_since_epoch().count();
    return {size, written};
}

/// What a tokenizer makes of a text, and with which marks around it: the same weights may come with another one.
std::string tokensHash(const Tokenizer& tokenizer, const fs::path& file) {
    const auto ids = tokenizer.encode(readWholeText(file.string()));
    Sha256 hash;
    hash.add(ids.data(), ids.size() * sizeof(ids.front()));
    return hash.hex();
}

json taskFiles(const Tokenizer& tokenizer, const fs::path& folder) {
    json files = json::object();
    for (const ZeroShotTask& task : zeroShotTasks())
        if (const auto file = folder / (task.id + ".jsonl"); fs::exists(file))
            files[task.id] = {sha256OfFile(file), tokensHash(tokenizer, file)};
    return files;
}

}  // namespace

std::string DenseCache::keyOf(const MeasureContext& context) {
    const Recipe& recipe = context.recipe;
    const Tokenizer& tokenizer = *context.original.tokenizer;
    json texts = json::array();
    for (const RecipeText& text : recipe.evaluation.texts) {
        const TextProtocol cut = protocolOf(text, *context.original.model, tokenizer);
        texts.push_back({text.name, sha256OfFile(text.path), tokensHash(tokenizer, text.path), cut.window, cut.stride,
                         cut.maxWindows, cut.bos, cut.skipWindows});
    }
    const bool tasks = !recipe.evaluation.tasks.empty();
    const json key = {{"model", context.original.modelHash()},
                      {"texts", texts},
                      {"marks", {tokenizer.bosId(), tokenizer.addsBos()}},
                      {"by_original_tokens", takesTokens(recipe.plan)},
                      {"tasks", tasks ? taskFiles(tokenizer, recipe.evaluation.tasks) : json()},
                      {"task_limit", recipe.evaluation.taskLimit},
                      {"preset", recipe.evaluation.preset},
                      {"threads", at::get_num_threads()},
                      {"device", recipe.device},
                      {"processor", processorHash()},
                      {"torch", TORCH_VERSION},
                      {"program", ownFile()}};
    return sha256(key.dump());
}

std::optional<Measured> DenseCache::find(const std::string& key) const {
    std::error_code ignored;
    if (m_folder.empty() || !fs::exists(fileOf(key), ignored)) return std::nullopt;
    try {
        return resultFromJson<DenseResult>(json::parse(readFile(fileOf(key)))).measured;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

void DenseCache::keep(const std::string& key, const Measured& measured) const {
    if (m_folder.empty()) return;
    DenseResult kept;
    kept.measured.texts = measured.texts, kept.measured.tasks = measured.tasks;
    try {
        fs::create_directories(m_folder);
        writeFile(fileOf(key), resultToJson(kept).dump() + "\n");
    } catch (const std::exception&) {  // the next run measures again
    }
}

}  // namespace lorashear
