#include "core/run/stages/opened_model.h"

#include "core/adapters/adapter_folder.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/model/checkpoint_config.h"
#include "core/text/vocabulary_limit.h"

namespace lorashear {

namespace fs = std::filesystem;

event::ModelOpened OpenedFolder::asEvent() const {
    return {checkpoint.folder().string(), tokenizer->describe(),    config,
            parameterCount(config),       checkpoint.weightBytes(), checkpoint.identity()};
}

std::vector<std::string> OpenedFolder::notes() const {
    return checkpointNotes(checkpoint, config);
}

const std::string& OpenedModel::weightsHash() const {
    if (m_weightsHash.empty()) m_weightsHash = checkpoint.weightsHash();
    return m_weightsHash;
}

const std::string& OpenedModel::modelHash() const {
    if (m_modelHash.empty())
        m_modelHash = sha256("model 1\n" + weightsHash() + "\n" + sha256(checkpoint.configText()) + "\n" +
                             (adapter.empty() ? std::string("no adapter") : adapterHash(adapter)));
    return m_modelHash;
}

OpenedFolder openFolder(const fs::path& folder) {
    auto checkpoint = Checkpoint::open(folder);
    auto config = configOf(checkpoint);
    auto tokenizer = limitedTo(config.vocabulary, Tokenizer::open(checkpoint.folder()));
    return {std::move(checkpoint), std::move(config), std::move(tokenizer)};
}

OpenedModel openModel(const fs::path& folder, const std::string& device, const fs::path& adapter) {
    OpenedModel result;
    static_cast<OpenedFolder&>(result) = openFolder(folder);
    result.model = loadModel(result.checkpoint, device);
    if (!adapter.empty()) result.model = withAdapter(*result.model, adapter);
    result.adapter = adapter;
    return result;
}

}  // namespace lorashear
