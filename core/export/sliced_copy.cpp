#include "core/export/sliced_copy.h"

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/stage.h"
#include "core/edits/apply.h"
#include "core/export/edited_tokenizer.h"
#include "core/export/rounding.h"
#include "core/io/checkpoint.h"
#include "core/io/mapped_file.h"
#include "core/loadability/rules.h"
#include "core/model/checkpoint_config.h"
#include "core/model/family.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <cstring>

namespace lorashear {

namespace {

at::ScalarType typeOf(DType dtype) {
    return dtype == DType::F32 ? at::kFloat : dtype == DType::F16 ? at::kHalf : at::kBFloat16;
}

/// A view of the file; a copy only where the file puts numbers at odd addresses.
at::Tensor viewOf(const TensorData& stored) {
    const TensorData data = stored.inMemory();
    const auto options = at::TensorOptions().dtype(typeOf(data.dtype));
    if (data.count() > 0 && reinterpret_cast<std::uintptr_t>(data.data) % dtypeBytes(data.dtype) == 0)
        return at::from_blob(
            const_cast<std::byte*>(data.data), data.shape, [owner = data.owner](void*) {}, options);
    auto copy = at::empty(data.shape, options);
    std::memcpy(copy.data_ptr(), data.data, data.bytes());
    return copy;
}

/// Makes tensors of a blueprint from the checkpoint's.
class Maker {
public:
    Maker(const Checkpoint& checkpoint, const ModelConfig& config, const Blueprint& blueprint, const InputMoments& moments)
        : m_folder(checkpoint.folder().string()),
          m_stored(modelTensors(familyOf(config.family, m_folder), config, checkpoint)),
          m_blueprint(blueprint),
          m_moments(moments),
          m_fitter(moments) {}

    const TensorData& source(const std::string& name) const {
        const auto found = m_stored.find(name);
        if (found == m_stored.end()) throw Error(ErrorCode::BadInput, m_folder, "tensor " + name + " is missing");
        return found->second;
    }

    /// Fresh memory; the file's pages are given back.
    TensorData make(const std::string& name, at::ScalarType type) {
        at::NoGradGuard guard;
        const TensorMaking& making = m_blueprint.tensors.at(name);
        const auto& data = source(making.source);
        const auto tensor = making.part ? thin(making, data) : made(making, viewOf(data));
        auto dense = std::make_shared<at::Tensor>(converted(tensor, type, name));
        if (dense->const_data_ptr() == data.data) *dense = dense->clone();
        forgetPages(data.data, data.bytes());
        TensorData result{name, dtypeOf(type), dense->sizes().vec(), static_cast<const std::byte*>(dense->const_data_ptr()),
                          dense};
        if (making.part) m_hashes[name] = hashOf(result);
        return result;
    }

    /// Whether what was read back is what was made. Fits take minutes in large models, so of them the hash is kept instead of making them again.
    bool isWhatWasMade(const LazyTensor& tensor, const TensorData& found) {
        if (found.shape != tensor.shape || found.dtype != tensor.dtype) return false;
        if (const auto hash = m_hashes.find(tensor.name); hash != m_hashes.end()) return hash->second == hashOf(found);
        const auto expected = make(tensor.name, typeOf(tensor.dtype));
        return std::memcmp(found.data, expected.data, expected.bytes()) == 0;
    }

    /// What factoring loses of the mean square of each linear's output, as pruning.json says it.
    const std::map<std::string, PruningRecord::FactorLoss>& factors() const { return m_factors; }

private:
    static std::string hashOf(const TensorData& data) {
        return sha256({reinterpret_cast<const char*>(data.data), data.bytes()});
    }

    at::Tensor thin(const TensorMaking& making, const TensorData& data) {
        const auto stored = [&] { return making.part->transposed ? viewOf(data).t().contiguous() : viewOf(data); };
        auto result = m_fitter.make(making, stored);
        const auto linear = moduleOfTensor(making.source);
        const FactorFit& fit = m_fitter.last();
        m_factors[linear] = {making.part->factor.rank, making.part->factor.blocks,
                             fit.energy > 0 ? fit.lost / fit.energy : 0, m_moments.contains(linear)};
        return result;
    }

    std::string m_folder;
    std::map<std::string, TensorData> m_stored;  ///< by our names
    const Blueprint& m_blueprint;
    const InputMoments& m_moments;
    FactorFitter m_fitter;
    std::map<std::string, std::string> m_hashes;  ///< of thin linears
    std::map<std::string, PruningRecord::FactorLoss> m_factors;
};

/// A second making, so that what is compared went through the disk on both sides.
void verifyCopy(const std::filesystem::path& folder, Maker& maker, const std::vector<LazyTensor>& tensors,
                const Control& control) {
    const auto written = Checkpoint::open(folder);
    ProgressMeter meter(control, "verify", static_cast<double>(tensors.size()));
    double done = 0;
    for (const auto& tensor : tensors) {
        control.poll();
        const auto found = written.tensors().find(tensor.name);
        if (found == written.tensors().end() || !maker.isWhatWasMade(tensor, found->second))
            throw Error(ErrorCode::Verification, folder.string(),
                        "tensor " + tensor.name + " read back from the disk is not what was made");
        forgetPages(found->second.data, found->second.bytes());
        meter.update(++done, tensor.name);
    }
}

}  // namespace

GroupSaliency streamedMagnitude(const Checkpoint& checkpoint, const Structure& structure, const Control& control) {
    at::NoGradGuard guard;
    GroupSaliency saliency;
    saliency.proxy = "magnitude";
    saliency.scores.resize(structure.nodeGroups.size());
    const auto config = configOf(checkpoint);
    const auto tensors = modelTensors(familyOf(config.family, checkpoint.folder().string()), config, checkpoint);
    ProgressMeter meter(control, "rank", static_cast<double>(structure.nodeGroups.size()));
    for (const auto& group : structure.nodeGroups) {
        control.poll();
        auto& scores = saliency.scores[static_cast<std::size_t>(group.id)];
        scores.assign(static_cast<std::size_t>(group.count), 0);
        for (const auto& slice : group.primary) {
            const auto found = tensors.find(slice.tensor);
            if (!group.prunable || found == tensors.end() || found->second.shape.size() != 2) continue;
            const auto view = viewOf(found->second);
            for (std::int64_t j = 0; j < group.count; ++j)
                scores[static_cast<std::size_t>(j)] += view.narrow(slice.dim, slice.begin(j), slice.length)
                                                           .to(at::kFloat)
                                                           .square()
                                                           .sum(at::kDouble)
                                                           .item<double>();
            forgetPages(found->second.data, found->second.bytes());
        }
        for (auto& score : scores) score = std::sqrt(score);
        meter.update(static_cast<double>(group.id + 1), group.name);
    }
    return saliency;
}

ModelConfig writeEditedCopy(const Checkpoint& checkpoint, const Blueprint& blueprint,
                            const std::filesystem::path& destination, const ExportOptions& options,
                            const PruningRecord& record, const Control& control, const InputMoments& moments) {
    const auto before = configOf(checkpoint);
    auto config = blueprint.config;
    config.dtype = options.dtype == "source" ? before.dtype : options.dtype;
    const EditedTokenizer tokenizer(options.source, before.vocabulary, blueprint);
    auto travelling = options;
    travelling.source = tokenizer.path();
    Maker maker(checkpoint, before, blueprint, moments);
    PruningRecord recorded = record;
    std::vector<LazyTensor> tensors;
    ProgressMeter meter(control, stageName(Stage::Export), static_cast<double>(blueprint.tensors.size()));
    double done = 0;
    for (const auto& [name, making] : blueprint.tensors) {
        const auto& data = maker.source(making.source);
        const auto asked = options.dtype == "source" ? typeOf(data.dtype) : scalarTypeOf(options.dtype);
        // Gains that carry a correction keep it exactly: rounded to 16 bits it would be off by up to one part in 256 in every channel alike.
        const auto type = making.rescaled() && making.shape.size() == 1 ? at::kFloat : asked;
        LazyTensor lazy{name, dtypeOf(type), making.shape, {}};
        lazy.load = [&, name = name, type] {
            control.poll();
            meter.update(++done, name);
            auto tensor = maker.make(name, type);
            if (!maker.factors().empty()) recorded.factors = maker.factors();  // is written behind the weights
            return tensor;
        };
        tensors.push_back(std::move(lazy));
    }
    travelling.modellingFile |=
        LoadabilityRules::builtin().verdict(shapeOf(config), "transformers5").loads == Loads::WithCustomCode;
    writeHuggingFace(config, tensors, destination, travelling, recorded);
    verifyCopy(destination, maker, tensors, control);
    return config;
}

}  // namespace lorashear
