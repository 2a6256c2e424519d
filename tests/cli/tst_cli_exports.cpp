// Exports in types of fewer bits: what they say they cost, and that `verify` tells rounding from damage.

#include "core/io/atomic_file.h"
#include "ran_program.h"

#include <QtTest>

#include <cmath>
#include <cstring>

namespace tst_cli_exports {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

const QString kProtocol = QStringLiteral("BOS + 127 tokens, 8 windows from the beginning of ") + kText;

bool has(const std::string& text, const QString& words) {
    return text.find(words.toStdString()) != std::string::npos;
}

}  // namespace

class TestCliExports : public QObject, private OwnFolder {
    Q_OBJECT

    QString placeOf(const QString& format, const QString& dtype) const {
        return place(qPrintable(dtype + (format == QStringLiteral("gguf") ? QStringLiteral(".gguf") : QString())));
    }
    static QStringList exporting(const QString& format, const QString& dtype, const QString& out) {
        return {"export", kModel, "--format", format, "--dtype", dtype, "--text", kText, "--out", out};
    }

private Q_SLOTS:
    void fewerBitsAreMeasuredAndKnownAgain_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("dtype");
        for (const char* dtype : {"F32", "BF16", "F16"}) QTest::addRow("folder %s", dtype) << "huggingface" << dtype;
        for (const char* dtype : {"F32", "BF16", "F16", "Q8_0", "Q4_0", "Q4_K_M"})
            QTest::addRow("gguf %s", dtype) << "gguf" << dtype;
    }
    void fewerBitsAreMeasuredAndKnownAgain() {
        QFETCH(QString, format);
        QFETCH(QString, dtype);
        const bool rounds = dtype != "F32";
        const QString out = placeOf(format, dtype);
        const Ran made = lorashearRan(exporting(format, dtype, out));
        QVERIFY2(made.code == 0, made.err.c_str());
        QCOMPARE(has(made.out, " as " + dtype + " (" + kProtocol + ", per token)\n"), rounds);
        QCOMPARE(has(made.out, "perplexity"), rounds);
        const Ran same =
            lorashearRan({"verify", out, "--against", kModel, "--text", kText, "--tolerance", "1e-6", "--json"});
        QVERIFY2(same.code == 0, same.err.c_str());
        QCOMPARE(same.object().value("rounded_to", std::string()), rounds ? dtype.toStdString() : std::string());
        if (!rounds) return;
        const double exact = same.object().at("max_abs_logit_difference"),
                     plain = same.object().at("unrounded").at("max_abs_logit_difference");
        QVERIFY(plain > 1e-4 && exact < plain / 100);
        const Ran words = lorashearRan({"verify", out, "--against", kModel, "--tolerance", "1e-6"});
        QVERIFY2(has(words.out, "against " + kModel + " rounded to " + dtype + ", as " + out + " is stored: max ") &&
                     has(words.out, "against " + kModel + " as it is: max "),
                 words.out.c_str());
        // the other way round it is not repeated, and the hint says which comes first
        const Ran turned = lorashearRan({"verify", kModel, "--against", out, "--tolerance", "1e-6"});
        QVERIFY2(turned.refused(9, "name it first"), turned.err.c_str());
    }

    /// Another byte of a weight is no rounding.
    void aDamagedWeightIsNoRounding_data() { fewerBitsAreMeasuredAndKnownAgain_data(); }
    void aDamagedWeightIsNoRounding() {
        QFETCH(QString, format);
        QFETCH(QString, dtype);
        const fs::path to = placeOf(format, dtype).toStdString(),
                       file = fs::is_directory(to) ? to / "model.safetensors" : to;
        std::string bytes = readFile(file);
        bytes[bytes.size() - 41] = static_cast<char>(bytes[bytes.size() - 41] ^ 0x04);
        fs::remove(file);
        writeFile(file, bytes);
        const Ran ran = lorashearRan({"verify", placeOf(format, dtype), "--against", kModel});
        QVERIFY2(ran.refused(9, "does not agree with"), ran.out.c_str());
        if (dtype != "F32") QVERIFY2(ran.refused(9, "rounded to the same type"), ran.err.c_str());
    }

    /// Factors in halves, multiplied out and rounded once more: known again, and whole in F32.
    void productsOfFactorsAreKnownAgain() {
        QVERIFY(lorashearRan({"export", kModel, "--dtype", "BF16", "--out", place("half")}).code == 0);
        writeFile(path("edits.json"),
                  R"({"version":1,"edits":[{"op":"factor","linear":"model.layers.2.mlp.down_proj","rank":20}]})");
        QVERIFY(lorashearRan({"slice", place("half"), "--edits", place("edits.json"), "--out", place("thin")}).code == 0);
        for (const char* dtype : {"source", "F32"}) {
            const bool rounds = dtype == std::string("source");
            const QString out = place((std::string("merged-") + dtype).c_str());
            const Ran made = lorashearRan(
                {"export", place("thin"), "--format", "merged", "--dtype", dtype, "--text", kText, "--out", out});
            QVERIFY2(made.code == 0 && has(made.out, " as BF16 (") == rounds, made.err.c_str());
            QCOMPARE(has(made.out, "note: rounded to BF16: logits change by up to "), rounds);
            const Ran same = lorashearRan({"verify", out, "--against", place("thin"), "--tolerance", "1e-6", "--json"});
            QVERIFY2(same.code == 0, same.err.c_str());
            QCOMPARE(same.object().contains("unrounded"), rounds);
        }
    }

    /// A type that no export of ours writes cannot be repeated; then the words say what the difference may be.
    void aMixtureOfOthersIsSaid() {
        QVERIFY(lorashearRan(exporting("gguf", "Q8_0", place("mixed.gguf"))).code == 0);
        std::string bytes = readFile(path("mixed.gguf"));
        const std::string name = "blk.2.ffn_down.weight";
        const auto at = bytes.find(name) + name.size() + 4 + 2 * 8;  // its type: F16, since rows of 172 are no whole blocks
        const std::uint32_t half = 1, brain = 30;
        QVERIFY(std::memcmp(bytes.data() + at, &half, sizeof half) == 0);
        std::memcpy(bytes.data() + at, &brain, sizeof brain);
        fs::remove(path("mixed.gguf"));
        writeFile(path("mixed.gguf"), bytes);
        const Ran ran = lorashearRan({"verify", place("mixed.gguf"), "--against", kModel});
        QVERIFY2(ran.refused(9, "It is stored as BF16, F16, Q8_0, a rounding that is not repeated here"), ran.err.c_str());
    }

    void ggufFilesCarryNoCertificate() {
        QVERIFY(lorashearRan(exporting("gguf", "F32", place("whole.gguf"))).code == 0);
        const Ran ran = lorashearRan({"verify", place("whole.gguf")});
        QVERIFY2(ran.refused(3, path("whole.gguf").string() + ": is a GGUF file, and these carry no certificate"),
                 ran.err.c_str());
        QVERIFY2(ran.refused(3, "--against"), ran.err.c_str());
        QVERIFY2(lorashearRan({"verify", place("nowhere")}).refused(3, "does not exist"), ran.err.c_str());
    }

    /// Without a text there is nothing to measure on, and it says how to.
    void withoutATextNothingIsMeasured() {
        const Ran ran = lorashearRan({"export", kModel, "--dtype", "BF16", "--out", place("blind")});
        QVERIFY2(ran.code == 0 && has(ran.out, "perplexity: not measured; --text FILE"), ran.out.c_str());
        const Ran same = lorashearRan({"export", kModel, "--out", place("same")});
        QVERIFY2(same.code == 0 && !has(same.out, "perplexity"), same.out.c_str());
    }

    void theProtocolIsInTheJson() {
        const Ran ran = lorashearRan(exporting("huggingface", "BF16", place("told")) + QStringList{"--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json measured = ran.object().at("perplexity");
        QCOMPARE(measured.at("protocol").get<std::string>(), kProtocol.toStdString());
        const Ran eval =
            lorashearRan({"eval", kModel, "--text", kText, "--window", "128", "--max-windows", "8", "--bos", "--json"});
        QVERIFY2(eval.code == 0, eval.err.c_str());
        QVERIFY(std::abs(measured.at("before").get<double>() / eval.object().at("perplexity").get<double>() - 1) < 1e-5);
    }
};

}  // namespace tst_cli_exports

QTEST_GUILESS_MAIN(tst_cli_exports::TestCliExports)
#include "tst_cli_exports.moc"
