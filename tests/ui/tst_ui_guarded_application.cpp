#include "ui/guarded_application.h"

#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include <stdexcept>

using namespace lorashear;
using namespace lorashear::ui;

/// What handlers throw is told, and the program goes on.
class TestUiGuardedApplication : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void errorOfASlotIsTold() {
        std::vector<Error> told;
        connect(app(), &GuardedApplication::caught, this, [&](const Error& error) { told.push_back(error); });
        QPushButton button;
        connect(&button, &QPushButton::clicked, this,
                [] { throw Error(ErrorCode::BadInput, "file", "is broken", "mend it"); });
        QTest::mouseClick(&button, Qt::LeftButton);
        QCOMPARE(told.size(), std::size_t(1));
        QCOMPARE(told[0].subject(), std::string("file"));
        QCOMPARE(told[0].hint(), std::string("mend it"));
        disconnect(app(), nullptr, this, nullptr);
    }

    void otherExceptionsOfTimersAreToldToo() {
        QStringList told;
        connect(app(), &GuardedApplication::caught, this, [&](const Error& error) {
            told << QString::fromStdString(error.message());
            QVERIFY(!error.hint().empty());
        });
        QTimer::singleShot(0, this, [] { throw std::runtime_error("first"); });
        QTimer::singleShot(0, this, [] { throw 7; });
        QTRY_COMPARE(told.size(), 2);
        QCOMPARE(told[0], QStringLiteral("first"));
        disconnect(app(), nullptr, this, nullptr);
    }

private:
    static GuardedApplication* app() { return static_cast<GuardedApplication*>(QCoreApplication::instance()); }
};

int main(int argc, char** argv) {
    GuardedApplication application(argc, argv);
    TestUiGuardedApplication test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_guarded_application.moc"
