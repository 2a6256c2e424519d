// What `cmake --install` puts elsewhere runs there by itself: programs, engine, data, LibTorch.

#include <nlohmann/json.hpp>

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

namespace tst_cli_install {

using nlohmann::json;

namespace {

struct Ran {
    int code = -1;
    QByteArray out, err;
};

Ran ran(const QString& program, const QStringList& arguments) {
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"LORASHEAR_DATA", "LORASHEAR_ENGINE", "LD_LIBRARY_PATH"})
        environment.remove(QString::fromLatin1(name));
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    static const QTemporaryDir home;  // nothing of the person's is read or written
    for (const char* name : {"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"})
        environment.insert(QString::fromLatin1(name), home.path());
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(QStringLiteral("/"));
    process.start(program, arguments);
    process.waitForFinished(120000);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

}  // namespace

class TestCliInstall : public QObject {
    Q_OBJECT

    QTemporaryDir m_prefix, m_work;
    QString installed(const char* path) const { return m_prefix.filePath(QString::fromLatin1(path)); }
    Ran program(const QStringList& arguments) const { return ran(installed("bin/lorashear"), arguments); }

private Q_SLOTS:
    void initTestCase() {
        const Ran made = ran(
            QStringLiteral(LORASHEAR_CMAKE),
            {QStringLiteral("--install"), QStringLiteral(LORASHEAR_BUILD_DIR), QStringLiteral("--prefix"), m_prefix.path()});
        QVERIFY2(made.code == 0, made.err);
    }

    void theBundledModelIsThere() {
        const Ran seen = program({"inspect", installed("share/lorashear/models/stories260K"), "--json"});
        QVERIFY2(seen.code == 0, seen.err);
        QCOMPARE(json::parse(seen.out.toStdString()).at("parameters").get<int>(), 260032);
        QCOMPARE(program({"recipe", "check", installed("share/lorashear/recipes/quick.json")}).code, 0);
    }

    /// A new recipe names the texts of this installation, not of the tree that it was built from.
    void dataAreFoundBesideThePrograms() {
        const QString recipe = m_work.filePath(QStringLiteral("new.json"));
        const Ran made = program({"recipe", "new", installed("share/lorashear/models/stories260K"), "-o", recipe});
        QVERIFY2(made.code == 0, made.err);
        QFile file(recipe);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const json parsed = json::parse(file.readAll().toStdString());
        const auto text = QString::fromStdString(parsed.at("training").at("sources").at(0).at("path").get<std::string>());
        QVERIFY2(QFileInfo(text).canonicalFilePath().startsWith(QFileInfo(m_prefix.path()).canonicalFilePath()),
                 qPrintable(text));
        QCOMPARE(program({"recipe", "check", recipe}).code, 0);
    }

    void libTorchIsFound() {
        const Ran doctor = program({"doctor", "--json"});
        QVERIFY2(doctor.code == 0, doctor.err);
        QVERIFY(json::parse(doctor.out.toStdString())
                    .at("libtorch")
                    .at("library")
                    .get<std::string>()
                    .ends_with("libtorch_cpu.so"));
    }

    /// Opens its engine, and with it LibTorch, at run time.
    void theWindowOpensTheModel() {
        const QString studio = installed("bin/lorashear-studio");
        if (!QFileInfo::exists(studio)) return;  // built without the window
        const Ran opened = ran(studio, {"--exit-when-shown", installed("share/lorashear/models/stories260K")});
        QVERIFY2(opened.code == 0, opened.err);
        QCOMPARE(ran(studio, {"--exit-when-shown", m_work.path()}).code, 3);  // no model: otherwise the above says nothing
    }
};

}  // namespace tst_cli_install

QTEST_GUILESS_MAIN(tst_cli_install::TestCliInstall)
#include "tst_cli_install.moc"
