// Chat templates against transformers' apply_chat_template.

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/text/chat_template.h"

#include <nlohmann/json.hpp>

#include <QtTest>

namespace tst_interop_chats {

using namespace lorashear;
using nlohmann::json;
namespace fs = std::filesystem;

class TestInteropChats : public QObject {
    Q_OBJECT

    static fs::path made() { return fs::path(qEnvironmentVariable("LORASHEAR_INTEROP").toStdString()) / "make_chats"; }

private Q_SLOTS:
    void writesConversations() {
        const json expected = json::parse(readFile(made() / "expected.json"));
        QVERIFY(expected.size() >= 10);
        for (const auto& entry : expected.items()) {
            const auto chat = ChatTemplate::open(made() / entry.key());
            QVERIFY(chat);
            int written = 0;
            for (const json& row : entry.value()) {
                std::vector<ChatMessage> messages;
                for (const json& message : row["messages"]) messages.push_back({message["role"], message["content"]});
                const QString where = QString::fromStdString(entry.key() + ": " + row.dump());
                try {
                    const std::string text = chat->render(messages, row["add"].get<bool>());
                    QVERIFY2(row.contains("text"),
                             qPrintable(where + "\nrefused by transformers, ours:\n" + QString::fromStdString(text)));
                    QVERIFY2(text == row["text"].get<std::string>(),
                             qPrintable(where + "\nours:\n" + QString::fromStdString(json(text).dump())));
                    ++written;
                } catch (const Error& error) {
                    QVERIFY2(row.contains("error"), qPrintable(where + "\nours: " + error.what()));
                    const auto theirs = row["error"].get<std::string>();
                    QVERIFY2(std::string(error.what()).find(theirs) != std::string::npos,
                             qPrintable(where + "\nours: " + error.what()));
                }
            }
            QVERIFY(written > 0);
        }
    }
};

}  // namespace tst_interop_chats

QTEST_APPLESS_MAIN(tst_interop_chats::TestInteropChats)
#include "tst_interop_chats.moc"
