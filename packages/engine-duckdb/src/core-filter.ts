import type { Session } from "./session.ts";

/**
 * Makes the tables `core_users` and `core_items` with the IDs of the users and items that are left if users with fewer than
 * `minUser` different items and items with fewer than `minItem` different users are left out, again and again until all
 * fulfill both (a k-core).
 */
export async function findCore(session: Session, minUser: number, minItem: number): Promise<void> {
  await session.run(
    `create table core as select distinct u.rowid as "user", i.rowid as item
       from log join users u on log."user" = u.id join items i on log.item = i.id`,
    "filtering users and items",
  );
  for (let before = Number.NaN; ; ) {
    const [count] = await session.row("select count(*) from core", "filtering users and items");
    if (Number(count) === before) break;
    before = Number(count);
    await session.run(
      `create table smaller as select * from core
         where "user" in (select "user" from core group by "user" having count(*) >= ${minUser})
           and item in (select item from core group by item having count(*) >= ${minItem});
       drop table core;
       alter table smaller rename to core`,
      "filtering users and items",
    );
  }
  await session.run(
    `create table core_users as select id from users where rowid in (select "user" from core);
     create table core_items as select id from items where rowid in (select item from core);
     drop table core`,
    "filtering users and items",
  );
}
