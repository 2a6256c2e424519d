#include "core/model/checkpoint_config.h"

#include "core/base/error.h"
#include "core/io/checkpoint.h"
#include "core/model/family.h"
#include "core/model/head_tying.h"
#include "core/model/leftover_keys.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace lorashear {

namespace {

using Shapes = std::map<std::string, std::vector<std::int64_t>>;

std::string sizesText(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

/// The name that a stored tensor has among the wanted ones; empty: it is none of them.
std::string meantBy(const std::string& stored, const Family& family, const Shapes& wanted) {
    if (wanted.count(stored)) return stored;
    for (const auto& [from, to] : family.otherPrefixes)
        if (stored.starts_with(from) && wanted.count(to + stored.substr(from.size())))
            return to + stored.substr(from.size());
    return {};
}

/// A name with the number of its block made 0; empty if it has none.
std::string inFirstBlock(const std::string& name) {
    for (auto at = name.find('.'); at != std::string::npos; at = name.find('.', at + 1)) {
        const auto end = name.find_first_not_of("0123456789", at + 1);
        if (end != std::string::npos && end > at + 1 && name[end] == '.')
            return name.substr(0, at + 1) + "0" + name.substr(end);
    }
    return {};
}

/// A config that asks for fewer blocks than are stored would silently make another model.
void requireNoFurtherBlocks(const Checkpoint& checkpoint, const Family& family, const Shapes& wanted, std::size_t blocks) {
    for (const auto& [stored, data] : checkpoint.tensors()) {
        if (data.count() == 0) continue;  // where a factored linear or a sub-layer was
        if (!meantBy(stored, family, wanted).empty()) continue;
        const auto first = inFirstBlock(stored);
        if (!first.empty() && !meantBy(first, family, wanted).empty())
            throw Error(ErrorCode::BadInput, checkpoint.folder().string(),
                        "holds tensor " + stored + " but config.json has " + std::to_string(blocks) + " blocks",
                        "Config and weights belong to different models.");
    }
}

void requireReadTypes(const Checkpoint& checkpoint, const Family& family, const ModelConfig& config, const Shapes& wanted) {
    for (const auto& [stored, type] : checkpoint.otherTensors()) {
        if (meantBy(stored, family, wanted).empty()) continue;
        refuseQuantised(config, checkpoint.folder().string());
        throw Error(ErrorCode::Unsupported, checkpoint.folder().string(),
                    "tensor " + stored + " is stored as " + type + ", which is not read here",
                    "F32, BF16 and F16 are: take a copy of the model in one of these types, or a GGUF file.");
    }
}

bool isOfAdapter(std::string_view name) {
    constexpr std::array<std::string_view, 4> kParts{".lora_A.", ".lora_B.", ".lora_magnitude_vector", ".base_layer."};
    return std::any_of(kParts.begin(), kParts.end(),
                       [name](std::string_view part) { return name.find(part) != std::string_view::npos; });
}

/// Without its adapter a model computes something else, and says nothing.
void requireMergedAdapters(const Checkpoint& checkpoint) {
    for (const auto& [stored, data] : checkpoint.tensors())
        if (isOfAdapter(stored))
            throw Error(
                ErrorCode::BadInput, checkpoint.folder().string(),
                "holds weights of an adapter that were never merged (" + stored + ")",
                "Merge them where they were trained (peft: merge_and_unload) and save again, or open the base model with the "
                "adapter's own folder (--adapter).");
}

/// Why a tensor may be missing: the same tensor under a longer name, or no tensor of these names at all.
[[noreturn]] void refuseMissing(const Checkpoint& checkpoint, const std::string& name,
                                const std::vector<std::int64_t>& shape) {
    const auto subject = checkpoint.folder().string();
    for (const auto& [stored, data] : checkpoint.tensors()) {
        if (!stored.ends_with("." + name)) continue;
        const auto prefix = stored.substr(0, stored.size() - name.size());
        throw Error(
            ErrorCode::BadInput, subject, "tensor " + name + " is missing; it is there as " + stored,
            "The model was saved inside something that put \"" + prefix +
                "\" before its names: save it again without (torch.compile: model._orig_mod, DistributedDataParallel: "
                "model.module, peft: merge_and_unload), or take that part off the names.");
    }
    const auto& all = checkpoint.tensors();
    throw Error(ErrorCode::BadInput, subject, "tensor " + name + " is missing",
                "config.json asks for it with shape " + sizesText(shape) + "." +
                    (all.empty() ? std::string()
                                 : " There are " + std::to_string(all.size()) + " tensors, from " + all.begin()->first +
                                       " to " + all.rbegin()->first + "."));
}

void requireShapes(const Checkpoint& checkpoint, const ModelConfig& config, const Shapes& wanted,
                   const std::map<std::string, TensorData>& tensors) {
    for (const auto& [name, shape] : wanted) {
        const auto found = tensors.find(name);
        if (found == tensors.end()) {
            refuseQuantised(config, checkpoint.folder().string());
            refuseMissing(checkpoint, name, shape);
        }
        if (found->second.shape == shape) continue;
        const bool ofHeads = name.find("attn.") != std::string::npos || name.find("attention.") != std::string::npos;
        const auto source = nlohmann::json::parse(config.source, nullptr, false);
        const bool guessed = ofHeads && source.is_object() && !source.contains("head_dim");
        throw Error(
            ErrorCode::BadInput, checkpoint.folder().string(),
            "tensor " + name + " has shape " + sizesText(found->second.shape) + " but config.json asks for " +
                sizesText(shape),
            guessed
                ? "config.json has no \"head_dim\", so a head was taken to be hidden size over heads, " +
                      std::to_string(config.headDim) + ": if heads were pruned, add \"head_dim\", the size of one head."
                : "Config and weights belong to different models, or the model was pruned and config.json not: it must say "
                  "head counts and MLP widths as they are now.");
    }
}

/// A tensor that no file holds.
TensorData zeros(const std::string& name, std::vector<std::int64_t> shape, DType type) {
    TensorData data{name, type, std::move(shape), nullptr, {}, {}};
    const std::size_t bytes = data.bytes();
    data.deferred = std::make_shared<const DeferredData>(
        DeferredData{"zero", {}, [bytes](std::byte* to) { std::memset(to, 0, bytes); }});
    return data;
}

/// Llama checkpoints with biases on queries, keys and values alone: transformers asks for one behind them too and takes it to be zero.
void addZeroOutputBiases(const Shapes& wanted, std::map<std::string, TensorData>& found) {
    constexpr std::string_view kOutput = "o_proj.bias", kQuery = "q_proj.bias";
    for (const auto& [name, shape] : wanted) {
        if (!name.ends_with(kOutput) || found.count(name)) continue;
        const auto query = found.find(name.substr(0, name.size() - kOutput.size()) + std::string(kQuery));
        if (query != found.end()) found[name] = zeros(name, shape, query->second.dtype);
    }
}

std::map<std::string, TensorData> tensorsFor(const Family& family, const ModelConfig& config, const Shapes& wanted,
                                             const Checkpoint& checkpoint) {
    std::map<std::string, TensorData> found;
    for (const auto& [stored, data] : checkpoint.tensors()) {
        const auto name = meantBy(stored, family, wanted);
        if (!name.empty() && !found.emplace(name, data).second)
            throw Error(ErrorCode::BadInput, checkpoint.folder().string(),
                        "holds two tensors for " + name + "; one is called " + stored);
    }
    if (config.tiedHead && !found.count(family.embedding))
        if (const auto head = checkpoint.tensors().find(family.head); head != checkpoint.tensors().end())
            found[family.embedding] = head->second;
    addZeroOutputBiases(wanted, found);
    return found;
}

/// As if config.json said that the head is one of its own: families may refuse that.
ModelConfig untied(const ModelConfig& config, const std::string& subject) {
    auto keys = nlohmann::json::parse(config.source);
    keys["tie_word_embeddings"] = false;
    auto result = parseConfig(keys.dump(), subject);
    result.source = config.source;
    return result;
}

/// Buffers that old releases stored and that are computed anew.
bool isBuffer(std::string_view name) {
    constexpr std::array<std::string_view, 5> kEnds{"rotary_emb.inv_freq", "attn.bias", "attn.masked_bias", "attention.bias",
                                                    "attention.masked_bias"};
    return std::any_of(kEnds.begin(), kEnds.end(), [name](std::string_view end) { return name.ends_with(end); });
}

}  // namespace

std::map<std::string, TensorData> modelTensors(const Family& family, const ModelConfig& config,
                                               const Checkpoint& checkpoint) {
    return tensorsFor(family, config, family.shapes(config), checkpoint);
}

ModelConfig configOf(const Checkpoint& checkpoint) {
    const auto subject = checkpoint.folder().string();
    auto config = parseConfig(checkpoint.configText(), checkpoint.configSubject());
    const auto& family = familyOf(config.family, subject);
    if (config.tiedHead && hasOwnHead(checkpoint, family, config)) config = untied(config, checkpoint.configSubject());
    const auto wanted = family.shapes(config);
    const auto tensors = tensorsFor(family, config, wanted, checkpoint);
    requireMergedAdapters(checkpoint);
    requireReadTypes(checkpoint, family, config, wanted);
    requireShapes(checkpoint, config, wanted, tensors);
    requireNoFurtherBlocks(checkpoint, family, wanted, config.layers.size());
    std::map<std::string, std::size_t>
        bytesOf;  // GGUF files keep norms in F32 beside halves: the model's type is that of most bytes
    for (const auto& [name, data] : tensors) {
        auto& bytes = bytesOf[dtypeName(data.dtype)];
        bytes += data.bytes();
        if (bytes >= bytesOf[config.dtype]) config.dtype = dtypeName(data.dtype);
    }
    return config;
}

std::vector<std::string> checkpointNotes(const Checkpoint& checkpoint, const ModelConfig& config) {
    std::vector<std::string> notes = leftoverNotes(config, checkpoint.folder());
    const auto& family = familyOf(config.family, checkpoint.folder().string());
    if (!config.tiedHead && parseConfig(config.source, checkpoint.configSubject()).tiedHead)
        notes.push_back(
            "config.json ties the head to the embedding, but the weights hold another head: that one is used, as transformers 5 "
            "does (transformers 4 ties, and computes something else)");
    const auto wanted = family.shapes(config);
    std::string first;
    std::size_t unused = 0;
    const auto look = [&](const std::string& stored) {
        if (!meantBy(stored, family, wanted).empty() || isBuffer(stored) || stored == family.head) return;
        if (unused++ == 0) first = stored;
    };
    for (const auto& [stored, data] : checkpoint.tensors())
        if (data.count() > 0) look(stored);
    for (const auto& [stored, type] : checkpoint.otherTensors()) look(stored);
    if (unused > 0)
        notes.push_back(std::to_string(unused) + (unused == 1 ? " tensor is" : " tensors are") +
                        " not used, because config.json does not ask for " + (unused == 1 ? "it: " : "them: ") + first +
                        (unused > 1 ? " …" : ""));
    return notes;
}

}  // namespace lorashear
