#include "app/cli/cli_commands.h"
#include "app/cli/opened_model.h"
#include "app/cli/setting_option.h"

#include "core/base/error.h"
#include "core/io/strict_json.h"
#include "core/model/generate.h"
#include "core/text/chat_template.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <ostream>

namespace lorashear::app {

namespace {

class GenerateCommand : public CliCommand {
public:
    std::string name() const override { return "generate"; }
    std::string help() const override { return "Continue a prompt"; }

    void configure(CLI::App& app) override {
        app.add_option("model", m_model, "Model or run folder")->required();
        app.add_option("--adapter", m_adapter, "Folder of a PEFT LoRA adapter to merge first");
        app.add_option("--device", m_device, kDeviceHelp)->capture_default_str();
        app.add_option("--prompt", m_prompt, "Text to continue; empty: the model starts by itself");
        auto* chat =
            app.add_flag("--chat", m_chat, "The prompt is a question, written as the model's chat template wants it");
        app.add_option("--chat-template", m_template, "Which of several chat templates, by its name (default: default)")
            ->needs(chat);
        app.add_option("--system", m_system, "What the model is told about itself, for --chat")->needs(chat);
        app.add_option("--max-tokens", m_options.maxTokens, "New tokens at most")
            ->capture_default_str()
            ->check(within(generationSetting("max_tokens")));
        app.add_option("--temperature", m_options.temperature, "0: always the most likely token")
            ->capture_default_str()
            ->check(within(generationSetting("temperature")));
        app.add_option("--top-p", m_options.topP, "Draw from the most likely tokens that sum to this probability")
            ->capture_default_str()
            ->check(within(generationSetting("top_p")));
        app.add_option("--seed", m_options.seed, "Seed of the draws")->capture_default_str();
    }

    void run(CliContext& context) override {
        const auto opened = openModel(m_model, m_adapter, m_device);
        const auto& tokenizer = *opened.tokenizer;
        const auto prompt = m_chat ? chatPrompt(opened) : promptIds(tokenizer, m_prompt);
        m_options.stopIds = endIds(tokenizer, opened.model->config().eosIds);
        const auto fresh = generate(*opened.model, prompt, m_options, {}, context.control);
        auto all = m_chat ? std::vector<int>() : prompt;
        all.insert(all.end(), fresh.begin(), fresh.end());
        const auto text = tokenizer.decode(all);
        if (context.json) {
            context.out << jsonText(nlohmann::json{{"text", text}, {"tokens", fresh}, {"prompt_tokens", prompt}}) << "\n";
        } else {
            context.out << text << "\n";
        }
    }

private:
    std::vector<int> chatPrompt(const OpenedModel& opened) const {
        const auto chat = ChatTemplate::open(opened.folder, m_template);
        if (!chat)
            throw Error(ErrorCode::BadInput, opened.folder.string(), "has no chat template",
                        "leave --chat out to continue the prompt as it stands");
        std::vector<ChatMessage> messages;
        if (!m_system.empty()) messages.push_back({"system", m_system});
        messages.push_back({"user", m_prompt});
        return chat->encode(*opened.tokenizer, messages, true);
    }

    std::string m_model, m_prompt, m_system, m_template, m_adapter;
    std::string m_device = "cpu";
    bool m_chat = false;
    GenerateOptions m_options;
};

}  // namespace

std::unique_ptr<CliCommand> makeGenerateCommand() {
    return std::make_unique<GenerateCommand>();
}

}  // namespace lorashear::app
