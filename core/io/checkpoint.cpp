#include "core/io/checkpoint.h"

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/io/atomic_file.h"
#include "core/io/companion_files.h"
#include "core/io/gguf.h"
#include "core/io/gguf_model.h"
#include "core/io/mapped_file.h"
#include "core/io/safetensors.h"
#include "core/io/stand_in.h"
#include "core/io/strict_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace lorashear {

namespace {

namespace fs = std::filesystem;

constexpr const char* kSingle = "model.safetensors";
constexpr const char* kIndex = "model.safetensors.index.json";

/// Beginnings of file names that an export takes along unchanged: pruning never changes the vocabulary or the licence.
constexpr std::array<std::string_view, 11> kCompanions{
    "tokenizer",         "special_tokens_map.json",
    "added_tokens.json", "vocab.",
    "merges.txt",        "generation_config.json",
    "chat_template",     "LICENSE",
    "LICENCE",           "NOTICE",
    "USE_POLICY",
};

fs::path folderOf(const fs::path& path) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) return path;
    if (!fs::exists(path, ignored))
        throw Error(ErrorCode::BadInput, path.string(), "does not exist",
                    "give the folder that holds config.json and the weights");
    const std::string name = path.filename().string();
    if (name == "config.json" || name == kSingle || name == kIndex) return path.has_parent_path() ? path.parent_path() : ".";
    throw Error(ErrorCode::BadInput, path.string(), "is not a model folder",
                "give the folder that holds config.json and the weights");
}

bool isPickle(const std::string& name) {
    return (name.starts_with("pytorch_model") || name.starts_with("consolidated")) &&
           (name.ends_with(".bin") || name.ends_with(".pt") || name.ends_with(".pth") || name.ends_with(".bin.index.json"));
}

[[noreturn]] void refusePickle(const fs::path& file) {
    throw Error(ErrorCode::Unsupported, file.string(),
                "is a Python pickle, which can run any program when it is opened; it is never read here",
                "convert once in Python, where you trust the file: AutoModelForCausalLM.from_pretrained(folder)"
                ".save_pretrained(folder, safe_serialization=True)");
}

[[noreturn]] void refuseWithoutWeights(const fs::path& folder) {
    for (const auto& entry : fs::directory_iterator(folder))
        if (isPickle(entry.path().filename().string())) refusePickle(entry.path());
    throw Error(ErrorCode::BadInput, folder.string(), std::string("has neither ") + kSingle + " nor " + kIndex,
                "give the folder that holds config.json and the weights");
}

/// A shard's name comes from a file that anybody may have written: it must not lead out of the folder.
void checkShardName(const fs::path& index, const std::string& tensor, const std::string& file) {
    const bool plain = !file.empty() && file != "." && file != ".." && file.find('/') == std::string::npos &&
                       file.find('\\') == std::string::npos && file.find('\0') == std::string::npos;
    if (!plain)
        throw Error(ErrorCode::BadInput, index.string(),
                    "tensor \"" + tensor + "\" points to \"" + file + "\", which is not a plain file name in this folder");
    if (isPickle(file)) refusePickle(index.parent_path() / file);
}

std::map<std::string, std::string> weightMap(const fs::path& index) {
    const auto parsed = parseStrictJson(readFile(index), index.string());
    const auto map = parsed.is_object() ? parsed.find("weight_map") : parsed.end();
    if (map == parsed.end() || !map->is_object() || map->empty())
        throw Error(ErrorCode::BadInput, index.string(), "has no weight_map");
    std::map<std::string, std::string> result;
    for (const auto& [tensor, file] : map->items()) {
        if (!file.is_string())
            throw Error(ErrorCode::BadInput, index.string(), "weight_map entry \"" + tensor + "\" is not a file name");
        checkShardName(index, tensor, file.get_ref<const std::string&>());
        result[tensor] = file.get<std::string>();
    }
    return result;
}

std::shared_ptr<SafetensorsFile> openShard(const fs::path& index, const fs::path& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        throw Error(ErrorCode::BadInput, path.string(), "is missing: " + index.filename().string() + " needs this shard",
                    "fetch the missing file again");
    return SafetensorsFile::open(path);
}

/// Heads, which a model that ties them to its embedding does without, and buffers that old releases of transformers stored: writers and
/// indexes are at odds about them, and nobody needs them. (An untied model that lacks its head is refused where its tensors are counted.)
bool isDispensable(std::string_view name) {
    constexpr std::array<std::string_view, 7> kEnds{
        "lm_head.weight",    "embed_out.weight", ".rotary_emb.inv_freq",  ".attn.bias",
        ".attn.masked_bias", ".attention.bias",  ".attention.masked_bias"};
    return std::any_of(kEnds.begin(), kEnds.end(), [name](std::string_view end) { return name.ends_with(end); });
}

constexpr std::size_t kHashPiece = std::size_t{64} << 20;

/// Name, type and shape of a tensor for a hash.
std::string headOf(const TensorData& tensor) {
    return nlohmann::json{tensor.name, tensor.deferred ? tensor.deferred->storedType : dtypeName(tensor.dtype), tensor.shape}
               .dump() +
           "\n";
}

}  // namespace

Checkpoint Checkpoint::open(const fs::path& path) {
    Checkpoint checkpoint;
    if (const fs::path file = ggufFileAt(path); !file.empty()) {
        const auto gguf = GgufFile::open(file);
        GgufModel model = readGgufModel(*gguf);
        checkpoint.m_folder = file;
        checkpoint.m_gguf = true;
        checkpoint.m_configText = std::move(model.configText);
        checkpoint.m_tensors = std::move(model.tensors);
        checkpoint.m_weightFiles = gguf->files();
        return checkpoint;
    }
    checkpoint.m_folder = folderOf(path);
    const fs::path& folder = checkpoint.m_folder;
    std::error_code ignored;
    if (!fs::exists(folder / "config.json", ignored))
        throw Error(ErrorCode::BadInput, folder.string(), "has no config.json",
                    "give the folder that holds config.json and the weights");
    checkpoint.m_configText = readFile(folder / "config.json");
    refuseStandIn(checkpoint.m_configText, (folder / "config.json").string());

    const auto take = [&checkpoint](const SafetensorsFile& file) {
        for (const TensorData& tensor : file.tensors()) checkpoint.m_tensors.emplace(tensor.name, tensor);
        checkpoint.m_otherTensors.insert(file.otherTensors().begin(), file.otherTensors().end());
    };
    if (fs::exists(folder / kSingle, ignored)) {
        take(*SafetensorsFile::open(folder / kSingle));
        checkpoint.m_weightFiles = {folder / kSingle};
        return checkpoint;
    }
    if (!fs::exists(folder / kIndex, ignored)) refuseWithoutWeights(folder);

    const fs::path index = folder / kIndex;
    const auto map = weightMap(index);
    std::set<std::string> shards;
    for (const auto& [tensor, file] : map) shards.insert(file);
    std::map<std::string, std::string> foundIn;
    for (const std::string& shard : shards) {
        const auto file = openShard(index, folder / shard);
        const auto meet = [&](const std::string& name) {
            const auto [first, isNew] = foundIn.emplace(name, shard);
            if (!isNew)
                throw Error(ErrorCode::BadInput, (folder / shard).string(),
                            "tensor \"" + name + "\" is also in " + first->second + ": one of the shards is wrong");
            const auto expected = map.find(name);
            if (expected == map.end() && isDispensable(name)) return;
            if (expected == map.end())
                throw Error(ErrorCode::BadInput, (folder / shard).string(), "tensor \"" + name + "\" is not in " + kIndex);
            if (expected->second != shard)
                throw Error(ErrorCode::BadInput, (folder / shard).string(),
                            "tensor \"" + name + "\" should be in " + expected->second + " by " + kIndex);
        };
        for (const TensorData& tensor : file->tensors()) meet(tensor.name);
        for (const auto& [name, type] : file->otherTensors()) meet(name);
        take(*file);
        checkpoint.m_weightFiles.push_back(folder / shard);
    }
    for (const auto& [tensor, file] : map)
        if (!foundIn.contains(tensor) && !isDispensable(tensor))
            throw Error(ErrorCode::BadInput, (folder / file).string(),
                        "does not hold tensor \"" + tensor + "\", which " + kIndex + " expects in it",
                        "fetch the shard again");
    return checkpoint;
}

std::string Checkpoint::configSubject() const {
    return m_gguf ? m_folder.string() : (m_folder / "config.json").string();
}

std::vector<fs::path> Checkpoint::companionFiles() const {
    return companionFilesOf(m_folder);
}

std::vector<fs::path> companionFilesOf(const fs::path& source) {
    std::vector<fs::path> files;
    if (!ggufFileAt(source).empty()) return files;
    for (const auto& entry : fs::directory_iterator(folderOf(source))) {
        const std::string name = entry.path().filename().string();
        const auto begins = [&name](std::string_view prefix) { return name.starts_with(prefix); };
        if (entry.is_regular_file() && std::any_of(kCompanions.begin(), kCompanions.end(), begins))
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::uint64_t Checkpoint::weightBytes() const {
    std::uint64_t total = 0;
    for (const auto& [name, tensor] : m_tensors) total += tensor.storedBytes();
    return total;
}

std::string Checkpoint::weightsHash() const {
    Sha256 hash;
    for (const auto& [name, tensor] : m_tensors) {
        hash.add(headOf(tensor));
        const std::byte* stored = tensor.deferred ? tensor.deferred->stored.data() : tensor.data;
        for (std::size_t at = 0; at < tensor.storedBytes(); at += kHashPiece) {
            const auto count = std::min(kHashPiece, tensor.storedBytes() - at);
            hash.add(stored + at, count);
            forgetPages(stored + at, count);  // models are larger than memory
        }
    }
    return hash.hex();
}

std::string Checkpoint::identity() const {
    Sha256 hash;
    hash.add(m_configText);
    for (const auto& [name, tensor] : m_tensors) hash.add(headOf(tensor));
    for (const fs::path& file : m_weightFiles) {
        const auto changed = fs::last_write_time(file).time_since_epoch().count();
        hash.add(nlohmann::json{file.filename().string(), fs::file_size(file), changed}.dump() + "\n");
    }
    return hash.hex();
}

}  // namespace lorashear
