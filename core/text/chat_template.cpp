#include "core/text/chat_template.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf.h"
#include "core/io/strict_json.h"
#include "core/text/gguf_tokenizer.h"
#include "core/text/jinja_render.h"
#include "core/text/jinja_syntax.h"
#include "core/text/special_tokens.h"
#include "core/text/tokenizer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace lorashear {

namespace {

using nlohmann::json;

constexpr const char* kDefault = "default";

using Named = NamedTemplates;

/// "chat_template": text, or [{"name": …, "template": …}, …].
Named templatesIn(const json& config) {
    const auto found = config.find("chat_template");
    if (found == config.end()) return {};
    if (found->is_string()) return {{kDefault, found->get<std::string>()}};
    if (!found->is_array()) return {};
    Named all;
    for (const json& entry : *found)
        if (entry.is_object() && entry.value("name", json()).is_string() && entry.value("template", json()).is_string())
            all.emplace_back(entry["name"].get<std::string>(), entry["template"].get<std::string>());
    return all;
}

/// The default one in a file of its own, the others in a folder beside it.
Named templatesBeside(const std::filesystem::path& file) {
    Named all{{kDefault, readFile(file)}};
    std::error_code ignored;
    std::vector<std::filesystem::path> others;
    for (const auto& entry : std::filesystem::directory_iterator(file.parent_path() / "additional_chat_templates", ignored))
        if (entry.path().extension() == ".jinja") others.push_back(entry.path());
    std::sort(others.begin(), others.end());
    for (const auto& other : others) all.emplace_back(other.stem().string(), readFile(other));
    return all;
}

/// Empty: there is none at all.
std::string chosen(const Named& all, const std::string& name, const std::string& subject) {
    if (all.empty()) return {};
    const std::string wanted = name.empty() ? kDefault : name;
    std::string known;
    for (const auto& [its, source] : all) {
        if (its == wanted) return source;
        known += (known.empty() ? "" : ", ") + its;
    }
    throw Error(ErrorCode::BadInput, subject, "has chat templates called " + known + ", and none called " + wanted,
                "choose one of them: --chat-template NAME");
}

}  // namespace

NamedTemplates chatTemplatesOf(const std::filesystem::path& folder) {
    std::error_code ignored;
    if (const auto file = folder / "chat_template.jinja"; std::filesystem::exists(file, ignored))
        return templatesBeside(file);
    return templatesIn(jsonObjectIfThere(folder / "tokenizer_config.json"));
}

std::unique_ptr<ChatTemplate> ChatTemplate::open(const std::filesystem::path& folder, const std::string& name) {
    if (const auto file = ggufFileAt(folder); !file.empty()) {
        const json config = ggufTokenizerConfig(file);
        const std::string source = chosen(templatesIn(config), name, file.string());
        if (source.empty()) return nullptr;
        return std::make_unique<ChatTemplate>(source, config.value("bos_token", ""), config.value("eos_token", ""),
                                              file.string());
    }
    std::error_code ignored;
    std::filesystem::path path = folder / "chat_template.jinja";
    std::string source;
    if (std::filesystem::exists(path, ignored)) {
        source = chosen(templatesBeside(path), name, path.string());
    } else {
        path = folder / "tokenizer_config.json";
        if (!std::filesystem::exists(path, ignored)) return nullptr;
        const json config = parseStrictJson(readFile(path), path.string());
        if (config.is_object()) source = chosen(templatesIn(config), name, path.string());
    }
    if (source.empty()) return nullptr;
    const SpecialTokens special = SpecialTokens::read(folder);
    return std::make_unique<ChatTemplate>(source, special.bos, special.eos, path.string());
}

std::string ChatTemplate::refusal(const std::filesystem::path& folder) {
    try {
        const auto chat = open(folder);
        if (!chat) return "the model has no chat template";
        chat->render({{"user", "?"}}, true);  // much is found out only when it is reached
        return {};
    } catch (const Error& error) {
        return error.message();
    }
}

ChatTemplate::ChatTemplate(const std::string& source, std::string bos, std::string eos, std::string subject)
    : m_bos(std::move(bos)), m_eos(std::move(eos)), m_subject(std::move(subject)) {
    m_root = std::make_unique<const JinjaNode>(parseJinja(source, m_subject));
}

ChatTemplate::~ChatTemplate() = default;

std::string ChatTemplate::render(const std::vector<ChatMessage>& messages, bool addAssistant) const {
    using Ordered = nlohmann::ordered_json;
    Ordered list = Ordered::array();
    for (const ChatMessage& message : messages) list.push_back({{"role", message.role}, {"content", message.content}});
    Ordered variables{
        {"messages", list}, {"tools", nullptr}, {"documents", nullptr}, {"add_generation_prompt", addAssistant}};
    if (!m_bos.empty()) variables["bos_token"] = m_bos;
    if (!m_eos.empty()) variables["eos_token"] = m_eos;
    return renderJinja(*m_root, variables, m_subject);
}

std::vector<int> ChatTemplate::encode(const Tokenizer& tokenizer, const std::vector<ChatMessage>& messages,
                                      bool addAssistant) const {
    const std::string text = render(messages, addAssistant);
    const int probe = m_bos.empty() ? -1 : tokenizer.idOf(m_bos);
    if (probe < 0 || tokenizer.encode(m_bos) == std::vector<int>{probe}) return tokenizer.encode(text);

    // SentencePiece's library never takes text for a control token: cut the text at them.
    std::vector<int> ids;
    std::size_t from = 0;
    const auto encodeUpTo = [&](std::size_t end) {
        if (end == from) return;
        const auto part = tokenizer.encode(std::string_view(text).substr(from, end - from));
        ids.insert(ids.end(), part.begin(), part.end());
    };
    for (;;) {
        const std::size_t bos = text.find(m_bos, from), eos = m_eos.empty() ? std::string::npos : text.find(m_eos, from);
        const std::size_t at = std::min(bos, eos);
        encodeUpTo(std::min(at, text.size()));
        if (at == std::string::npos) return ids;
        const std::string& token = at == bos ? m_bos : m_eos;
        ids.push_back(tokenizer.idOf(token));
        from = at + token.size();
    }
}

}  // namespace lorashear
