#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lorashear {

class Tokenizer;
struct JinjaNode;

/// One turn of a conversation. role: "system", "user" or "assistant".
struct ChatMessage {
    std::string role, content;
};

/// Templates by their names, in the order of the file; that of every day is called "default".
using NamedTemplates = std::vector<std::pair<std::string, std::string>>;

/// All that a folder has. Errors of parseStrictJson.
NamedTemplates chatTemplatesOf(const std::filesystem::path& folder);

/// How a model wants a conversation written as text: the chat template of its tokenizer, a Jinja program. Statements and
/// expressions of Jinja are run with the extensions that transformers gives them, within limits of steps and sizes; a template that reaches a filter, test, function or
/// statement that is not handled is refused by its name.
class ChatTemplate {
public:
    /// Reads chat_template.jinja with additional_chat_templates/NAME.jinja, else "chat_template" of tokenizer_config.json, which may be several with names, or what
    /// a GGUF file carries; null if there is none. name: which of several, empty: the one called default.
    /// Error(BadInput): not a template, or none of that name; it lists those that are there. Error(Unsupported): names what the template uses.
    static std::unique_ptr<ChatTemplate> open(const std::filesystem::path& folder, const std::string& name = {});

    /// Why a model's template cannot be used for a question, in words; empty: it can. Reads small files only.
    static std::string refusal(const std::filesystem::path& folder);

    /// bos, eos: the tokens' text. subject: the file, for messages. Errors as for open.
    ChatTemplate(const std::string& source, std::string bos, std::string eos, std::string subject);
    ~ChatTemplate();

    /// The conversation as text, special tokens (BOS too) written out; with addAssistant it ends where the assistant's answer begins.
    /// Error(BadInput) with the template's own words when it refuses the messages; Error(Unsupported) as for open.
    std::string render(const std::vector<ChatMessage>& messages, bool addAssistant) const;

    /// The ids of a rendered conversation. BOS and EOS written out become their tokens, whatever kind of tokenizer the model has.
    std::vector<int> encode(const Tokenizer& tokenizer, const std::vector<ChatMessage>& messages, bool addAssistant) const;

private:
    std::unique_ptr<const JinjaNode> m_root;
    std::string m_bos, m_eos, m_subject;
};

}  // namespace lorashear
