#pragma once

#include "tests/ui/ui_support/answering_dialogs.h"
#include "tests/ui/ui_support/scripted_engine.h"
#include "ui/controller/studio.h"
#include "ui/main_window.h"

#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace lorashear::testing {

/// The real window around a scripted engine, 1280x800, with settings and state of its own.
class WindowFixture {
public:
    WindowFixture() { qputenv("XDG_STATE_HOME", dir.path().toUtf8()); }

    bool start(Worker::Factory factory, ui::Dialogs* other = nullptr) {
        close();
        dialogs = AnsweringDialogs{};
        settings = std::make_unique<ui::Settings>(dir.filePath(QStringLiteral("settings%1.ini").arg(++m_count)));
        studio = std::make_unique<ui::Studio>(std::move(factory), other ? *other : dialogs, *settings);
        window = std::make_unique<ui::MainWindow>(*studio);
        window->resize(1280, 800);
        window->show();
        window->activateWindow();
        return QTest::qWaitForWindowActive(window.get());
    }

    bool openBundled(Script script = usualScript(), ui::Dialogs* other = nullptr) {
        if (!start(scriptedEngine(std::move(script)), other)) return false;
        studio->open(ui::bundledModel());
        return QTest::qWaitFor([this] { return studio->session().plan().plan && !studio->engine().busy(); }, 20000);
    }

    bool runToTheEnd() {
        studio->startRun();
        const ui::RunState& run = studio->session().run();
        if (!QTest::qWaitFor([this] { return !studio->engine().busy(); }, 30000) || !run.finished) return false;
        for (const event::CheckpointSaved& checkpoint : run.checkpoints)  // the script writes no files
            if (!QDir(QString::fromStdString(run.folder)).mkpath(QString::fromStdString(checkpoint.path))) return false;
        return true;
    }

    void close() {
        window.reset();
        studio.reset();
    }

    template <class T>
    T* find(const char* name) const {
        return window->findChild<T*>(QString::fromLatin1(name));
    }
    void click(const char* name) const { QTest::mouseClick(find<QPushButton>(name), Qt::LeftButton); }
    QLabel* label(const char* name) const { return find<QLabel>(name); }
    /// As a person chooses an entry of a combo box.
    void choose(const char* name, int index) const {
        auto* box = find<QComboBox>(name);
        QVERIFY2(box, name);
        box->setCurrentIndex(index);
        Q_EMIT box->activated(index);
    }

    QTemporaryDir dir;
    AnsweringDialogs dialogs;
    std::unique_ptr<ui::Settings> settings;
    std::unique_ptr<ui::Studio> studio;
    std::unique_ptr<ui::MainWindow> window;

private:
    int m_count = 0;
};

}  // namespace lorashear::testing
