#pragma once

#include "ui/controller/dialogs.h"

#include <QStringList>

namespace lorashear::testing {

/// Answers every dialog at once: files with `path` (nothing when empty), questions with `answer`; remembers what was asked.
class AnsweringDialogs : public ui::Dialogs {
public:
    QString path;
    bool answer = true;
    QStringList asked;

    void openFolder(QWidget*, const QString& title, const QString&, Path chosen) override { reply(title, chosen); }
    void openFile(QWidget*, const QString& title, const QString&, const QString&, Path chosen) override {
        reply(title, chosen);
    }
    void saveFile(QWidget*, const QString& title, const QString&, const QString&, Path chosen) override {
        reply(title, chosen);
    }
    void ask(QWidget*, const QString& question, const QString&, const QString&, const QString&,
             std::function<void(bool)> answered) override {
        asked << question;
        answered(answer);
    }

private:
    void reply(const QString& title, const Path& chosen) {
        asked << title;
        if (!path.isEmpty()) chosen(path);
    }
};

}  // namespace lorashear::testing
