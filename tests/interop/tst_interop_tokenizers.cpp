// Every kind of tokenizer.json against Hugging Face's `tokenizers`: ids and decoded text, on nasty strings and whole files.

#include "core/base/hash.h"
#include "core/io/atomic_file.h"
#include "core/text/json_tokenizer.h"
#include "core/text/utf8.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <cstring>

namespace tst_interop_tokenizers {

using namespace lorashear;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

fs::path made() {
    return fs::path(qEnvironmentVariable("LORASHEAR_INTEROP").toStdString()) / "make_tokenizers";
}

const json& expected() {
    static const json kExpected = json::parse(readFile(made() / "expected.json"));
    return kExpected;
}

std::vector<int> idsIn(const fs::path& file) {
    const std::string bytes = readFile(file);
    std::vector<int> ids(bytes.size() / sizeof(int));
    std::memcpy(ids.data(), bytes.data(), ids.size() * sizeof(int));
    return ids;
}

QString spelled(const std::vector<int>& ids, const Tokenizer& tokenizer) {
    QString words;
    for (const int id : ids) words += QString("%1 '%2' ").arg(id).arg(QString::fromStdString(tokenizer.token(id)));
    return words.left(2000);
}

/// The first place where two lists of ids part, with a few tokens around.
QString difference(const std::vector<int>& ours, const std::vector<int>& theirs, const Tokenizer& tokenizer) {
    const auto [a, b] = std::mismatch(ours.begin(), ours.end(), theirs.begin(), theirs.end());
    const auto at = a - ours.begin(), from = std::max<std::ptrdiff_t>(0, at - 3);
    const auto part = [&](const std::vector<int>& ids) {
        const auto size = static_cast<std::ptrdiff_t>(ids.size());
        return std::vector<int>(ids.begin() + std::min(from, size), ids.begin() + std::min(at + 8, size));
    };
    return QString("at token %1 of %2 and %3:\n ours   %4\n theirs %5")
        .arg(at)
        .arg(ours.size())
        .arg(theirs.size())
        .arg(spelled(part(ours), tokenizer), spelled(part(theirs), tokenizer));
}

}  // namespace

class TestInteropTokenizers : public QObject {
    Q_OBJECT

    static void eachKind() {
        QTest::addColumn<QString>("kind");
        for (const auto& entry : expected()["kinds"].items())
            QTest::newRow(entry.key().c_str()) << QString::fromStdString(entry.key());
    }
    /// The row's tokenizer and what it should give.
    struct Row {
        std::string kind;
        const json& wanted;
        std::unique_ptr<Tokenizer> tokenizer;
    };
    static Row row() {
        QFETCH(QString, kind);
        const std::string name = kind.toStdString();
        try {
            return {name, expected()["kinds"][name], openJsonTokenizer(made() / name)};
        } catch (const std::exception& error) {
            qFatal("%s", error.what());
        }
    }

private Q_SLOTS:
    void hasFilesToRead() {
        int read = 0;
        for (const json& kind : expected()["kinds"]) read += kind["files"].size() >= 3;
        QVERIFY(read >= 6);
    }

    void encodesStrings_data() { eachKind(); }
    void encodesStrings() {
        const Row here = row();
        int wrong = 0;
        for (std::size_t i = 0; i < expected()["strings"].size(); ++i) {
            const auto text = expected()["strings"][i].get<std::string>();
            const auto ids = here.tokenizer->encode(text), wanted = here.wanted["ids"][i].get<std::vector<int>>();
            if (ids == wanted || ++wrong > 5) continue;
            qWarning().noquote() << QString::fromStdString(json(text).dump(-1, ' ', true))
                                 << difference(ids, wanted, *here.tokenizer);
        }
        QCOMPARE(wrong, 0);
    }

    void decodesStrings_data() { eachKind(); }
    void decodesStrings() {
        const Row here = row();
        if (!here.wanted["decodes"].get<bool>()) return;
        int wrong = 0;
        for (const auto& [ids, text] : {std::pair{"ids", "text"}, std::pair{"randomIds", "randomText"}})
            for (std::size_t i = 0; i < here.wanted[ids].size(); ++i) {
                const auto given = here.wanted[ids][i].get<std::vector<int>>();
                const auto decoded = here.tokenizer->decode(given), wanted = here.wanted[text][i].get<std::string>();
                if (decoded == wanted || ++wrong > 5) continue;
                qWarning().noquote() << spelled(given, *here.tokenizer) << "\n ours  "
                                     << QString::fromStdString(json(decoded).dump(-1, ' ', true)) << "\n theirs"
                                     << QString::fromStdString(json(wanted).dump(-1, ' ', true));
            }
        QCOMPARE(wrong, 0);
    }

    void readsWholeFiles_data() { eachKind(); }
    void readsWholeFiles() {
        const Row here = row();
        for (std::size_t i = 0; i < here.wanted["files"].size(); ++i) {
            const auto file = here.wanted["files"][i]["file"].get<std::string>();
            const auto wanted = idsIn(made() / here.kind / (std::to_string(i) + ".ids"));
            const auto ids = here.tokenizer->encode(readFile(file));
            QVERIFY2(ids == wanted,
                     qPrintable(QString::fromStdString(file) + ": " + difference(ids, wanted, *here.tokenizer)));
            const std::string decoded = here.tokenizer->decode(ids);
            QCOMPARE(sha256(decoded), here.wanted["files"][i]["decodedSha256"].get<std::string>());
        }
    }

    /// BOS in front, where the file's own template puts it there.
    void knowsTheTemplate_data() { eachKind(); }
    void knowsTheTemplate() {
        const Row here = row();
        std::vector<int> ids = here.tokenizer->encode("a");
        if (here.tokenizer->addsBos()) ids.insert(ids.begin(), here.tokenizer->bosId());
        QCOMPARE(ids, here.wanted["template"].get<std::vector<int>>());
    }
};

}  // namespace tst_interop_tokenizers

QTEST_APPLESS_MAIN(tst_interop_tokenizers::TestInteropTokenizers)
#include "tst_interop_tokenizers.moc"
